import type { Overlay } from '../app-state.ts';
import { keyTable } from '../keys.ts';
import { drawBox, frameColumns, frameRows, type Size } from './box.ts';
import type { OverlayLine, ScreenInput } from './screen-input.ts';
import { padded, widthOf, wrap } from './text.ts';
import type { ScreenStyle, Theme } from './theme.ts';

/** What lies over the panes: help, everything about one thing, or logs. */
export function drawOverlay(input: ScreenInput, overlay: Overlay, size: Size): readonly string[] {
  const { theme } = input;
  const width = size.columns - frameColumns;
  const rows = size.rows - frameRows;
  const all = (overlay.type === 'help' ? helpLines() : input.overlayLines).flatMap((line) =>
    wrapped(line, width),
  );
  const start =
    overlay.type === 'logs'
      ? logStart(all.length, rows, overlay.fromEnd)
      : scrollStart(all.length, rows, overlay.scroll);
  const shown = all.slice(start, start + rows).map((line) => painted(line, width, theme));
  const place =
    all.length <= rows ? '' : `${start + 1}–${Math.min(all.length, start + rows)} of ${all.length}`;
  const filter = overlay.type === 'logs' ? (input.state.filters.logs ?? '') : '';
  const follows = overlay.type === 'logs' && overlay.fromEnd > 0 ? 'held · ' : '';
  return drawBox(
    {
      title: overlayTitle(overlay),
      note: `${follows}${filter === '' ? '' : `/${filter} `}${place}`,
      isFocused: true,
      lines: shown,
    },
    size,
    theme,
  );
}

/** The furthest that something so long can be scrolled. */
export function scrollStart(length: number, rows: number, scroll: number): number {
  return Math.max(0, Math.min(scroll, length - rows));
}

function logStart(length: number, rows: number, fromEnd: number): number {
  return Math.max(0, length - rows - fromEnd);
}

const tabNames = ['describe', 'YAML', 'model', 'xDS'] as const;

function overlayTitle(overlay: Overlay): string {
  switch (overlay.type) {
    case 'help':
      return 'Keys';
    case 'logs':
      return overlay.subject.type === 'pod'
        ? `Log of pod ${overlay.subject.namespace}/${overlay.subject.name}`
        : overlay.subject.type === 'proxy'
          ? 'Envoy log'
          : 'Access log';
    case 'details': {
      const { subject } = overlay;
      const name =
        subject.type === 'object'
          ? subject.ref
          : subject.type === 'endpoint'
            ? subject.declared
            : subject.type;
      return `${tabNames[overlay.tab] ?? ''} · ${name}`;
    }
  }
}

/** The table of keys, as `?` shows it. */
export function helpLines(): readonly OverlayLine[] {
  const labels = Math.max(...keyTable.map(({ label }) => widthOf(label)));
  const signs = [
    '● healthy   ◌ starting   ◑ draining   ✗ unhealthy or ejected, with the seconds until it may return',
    'requests: ● answered   ◐ 4xx   ✗ 5xx or no answer   ▸ the route that answered last',
    'timeline: ↳ because of what stands above it, or of what is named',
  ];
  return [
    ...keyTable.map(({ label, words, twin }) => ({
      text: `${padded(label, labels)}  ${words}${twin === undefined ? '' : `   (${twin})`}`,
    })),
    { text: '' },
    ...signs.map((text) => ({ text })),
    { text: 'Text can be selected with the mouse as ever.', style: 'dim' },
  ];
}

function wrapped(line: OverlayLine, width: number): readonly OverlayLine[] {
  const text = line.text.replaceAll('\t', '  ');
  if (widthOf(text) <= width - 2) return [{ ...line, text }];
  const indent = /^ */.exec(text)?.[0] ?? '';
  const deeper = indent.length + 2 > width / 2 ? '' : `${indent}  `;
  const [first = '', ...rest] = wrap(text.slice(indent.length), Math.max(8, width - 2 - deeper.length));
  return [{ ...line, text: indent + first }, ...rest.map((part) => ({ ...line, text: deeper + part }))];
}

function painted({ text, style = 'plain' }: OverlayLine, width: number, theme: Theme): string {
  const styles: Readonly<Record<NonNullable<OverlayLine['style']>, ScreenStyle>> = {
    ...{ plain: 'plain', title: 'title', dim: 'dim', cyan: 'cyan' },
    ...{ red: 'red', yellow: 'yellow', green: 'green' },
  };
  return theme.paint(styles[style], padded(` ${text}`, width));
}
