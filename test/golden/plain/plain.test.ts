import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { ansiPaint, noPaint } from '../../../cli/output/colors.ts';
import { createPlain, type PlainOptions } from '../../../cli/output/plain.ts';
import type { SessionEvent } from '../../../src/session/events.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));
const cases = readdirSync(folder)
  .filter((file) => file.endsWith('.in.ndjson'))
  .map((file) => file.replace('.in.ndjson', ''));

const source = 'kind: Gateway\nspec:\n      protocol: HTTPS2\n';

function transcript(name: string, paint: PlainOptions['paint']): string {
  const plain = createPlain({
    paint,
    version: '0.1.0',
    timeZone: 'utc',
    readSource: (file) => (file === 'routes.yaml' ? source : undefined),
  });
  return readFileSync(`${folder}/${name}.in.ndjson`, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => plain.render(JSON.parse(line) as SessionEvent))
    .join('');
}

test.each(cases)('%s: one well-made line per event', (name) => {
  const file = `${folder}/${name}.out.txt`;
  const actual = transcript(name, noPaint);
  if (process.env.UPDATE_GOLDEN) writeFileSync(file, actual);
  expect(actual).toBe(readFileSync(file, 'utf8'));
});

test.each(cases)('%s: colours change nothing but colours', (name) => {
  const painted = transcript(name, ansiPaint);
  expect(painted).toContain('\u001b[');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes are what is looked for
  expect(painted.replace(/\u001b\[[0-9;]*m/g, '')).toBe(transcript(name, noPaint));
});

test('nothing that comes from outside reaches the terminal as a control code', () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes are what is looked for
  for (const name of cases) expect(transcript(name, noPaint)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
});
