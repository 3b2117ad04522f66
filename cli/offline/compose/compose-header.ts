import { exportMark } from '../../../src/resources/export-mark.ts';
import type { ListenerUrl } from '../../../src/session/events.ts';
import { curlLine } from '../../output/ready-banner.ts';
import { addressVariable, portVariable } from './compose-ports.ts';

/** What somebody reads who has only the file. */
export function composeHeader(paths: readonly string[], urls: readonly ListenerUrl[]): string {
  const [first] = urls;
  const lines = [
    `What \`calb-sim up ${paths.join(' ')}`.trimEnd() +
      '` runs, for plain compose: an Envoy for each namespace with a Gateway,',
    'its pods beside it, and a network for each namespace. docker-compose 1.29 and later read it, as does docker compose.',
    'Each Envoy does what compose/<namespace>/envoy.yaml says.',
    '',
    '  docker-compose up -d',
    ...(first === undefined ? [] : [`  ${curlLine(first, first.hostnames[0] ?? '*')}`]),
    '  docker-compose down',
    '',
    'Where no registry answers, `calb-sim export images` first makes the images and names them in .env.',
    ...(first === undefined
      ? []
      : [`${addressVariable} and ${portVariable(first.port)} publish ports elsewhere than written here.`]),
  ];
  return `${exportMark}\n#\n${lines.map((line) => `# ${line}`.trimEnd()).join('\n')}\n`;
}
