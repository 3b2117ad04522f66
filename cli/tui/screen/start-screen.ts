import { render } from '../../../src/diagnostics/render.ts';
import { count } from '../../output/list-words.ts';
import { drawBox, frameColumns, type Size } from './box.ts';
import type { OverlayLine, ScreenInput } from './screen-input.ts';
import { padded, wrap } from './text.ts';

/**
 * What is shown in place of routes and endpoints while there are none: what is being done, or what to do next. `undefined`
 * where there is something to show.
 */
export function drawStart(input: ScreenInput, size: Size): readonly string[] | undefined {
  const lines = startLines(input);
  if (lines === undefined) return undefined;
  const width = size.columns - frameColumns;
  const shown = lines.flatMap(({ text, style = 'plain' }) =>
    wrap(text, width - 4).map((part) => input.theme.paint(style, padded(`  ${part}`, width))),
  );
  return drawBox(
    {
      title: 'calb-sim',
      isFocused: false,
      lines: ['', ...shown].map((line) => (line === '' ? padded('', width) : line)),
    },
    size,
    input.theme,
  );
}

function startLines({ view, startLines, state }: ScreenInput): readonly OverlayLine[] | undefined {
  if (view === undefined) {
    return [
      { text: 'Starting …', style: 'title' },
      { text: '' },
      ...startLines.slice(-8).map((text) => ({ text })),
    ];
  }
  if (view.tenants.some(({ routes, listeners }) => routes.length + listeners.length > 0)) return undefined;
  const errors = view.diagnostics.filter(({ severity }) => severity === 'error');
  if (view.files.length === 0) return emptyFolder(view.paths);
  if (errors.length > 0) return everythingWrong(errors.length, errors[0]);
  if (view.readiness === 'waiting' && view.tenants.length > 0)
    return [{ text: `Starting ${count(view.tenants.length, 'Envoy')} …`, style: 'title' }];
  if (state.faultsOnly) return undefined;
  return [
    { text: 'No tenant yet', style: 'title' },
    {
      text: `${count(view.files.length, 'file')} read, and no Gateway of a class that is served among them.`,
    },
    {
      text: 'Next: declare a Gateway with gatewayClassName: eg (or application) and an HTTPRoute that names it.',
    },
    { text: 'An example to copy from: calb-sim init basic DIR' },
  ];
}

function emptyFolder(paths: readonly string[]): readonly OverlayLine[] {
  return [
    { text: 'No YAML yet', style: 'title' },
    { text: `Waiting for files in ${paths.join(', ')}` },
    { text: '' },
    { text: 'Next: save a Gateway and an HTTPRoute there. They are read as soon as they are saved.' },
    { text: 'A commented example, in another terminal: calb-sim init basic .' },
    { text: 'Or fill it through its API: calb-sim kubectl apply -f FILE' },
  ];
}

type Diagnostics = NonNullable<ScreenInput['view']>['diagnostics'];

function everythingWrong(count: number, first: Diagnostics[number] | undefined): readonly OverlayLine[] {
  const frame = first === undefined ? [] : render(first, () => undefined, { color: false }).split('\n');
  return [
    { text: `Nothing can be served yet: ${count === 1 ? 'one error' : `${count} errors`}`, style: 'red' },
    { text: '' },
    ...frame.map((text) => ({ text })),
    { text: '' },
    {
      text: 'Next: mend and save it; the timeline below lists all. calb-sim validate shows each with its lines.',
    },
  ];
}
