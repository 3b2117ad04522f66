import { lowerPanes, type PaneId } from '../app-state.ts';
import type { Size } from './box.ts';
import { drawEndpoints } from './endpoints-pane.ts';
import { drawFooter } from './footer.ts';
import { drawHeader } from './header.ts';
import { drawLower } from './lower-pane.ts';
import { drawOverlay } from './overlay.ts';
import { drawRoutes } from './routes-pane.ts';
import type { ScreenInput } from './screen-input.ts';
import { drawStart } from './start-screen.ts';
import { cut, padded } from './text.ts';

/** Smaller than that, nothing can be told. */
export const smallestSize: Size = { columns: 60, rows: 20 };

/** A part of the screen, drawn: its lines all have the same width. */
export interface DrawnPart {
  readonly id: string;
  readonly lines: readonly string[];
}

/** A screen, from top to bottom; parts of a row stand side by side. */
export type Frame = readonly (readonly DrawnPart[])[];

/** Draws the whole screen: one row less than the terminal has, so that it never scrolls. Pure. */
export function drawFrame(input: ScreenInput): Frame {
  const { columns, rows } = input.size;
  if (columns < smallestSize.columns || rows < smallestSize.rows) return tooSmall(input.size);
  const header = drawHeader(input);
  const body = { columns, rows: rows - 1 - header.length - 1 };
  return [
    [{ id: 'header', lines: header }],
    ...drawBody(input, body),
    [{ id: 'footer', lines: [drawFooter(input)] }],
  ];
}

/** The frame as text, row by row. */
export function frameLines(frame: Frame): readonly string[] {
  return frame.flatMap((parts) => {
    const height = Math.max(...parts.map(({ lines }) => lines.length));
    return Array.from({ length: height }, (_, index) =>
      parts.map(({ lines }) => lines[index] ?? '').join(''),
    );
  });
}

function drawBody(input: ScreenInput, size: Size): Frame {
  const { overlay } = input.state;
  if (overlay !== undefined) return [[{ id: 'overlay', lines: drawOverlay(input, overlay, size) }]];
  const lowerRows = lowerHeight(input, size);
  const upper = { columns: size.columns, rows: size.rows - lowerRows };
  const start = drawStart(input, upper);
  const top: Frame = start === undefined ? drawUpper(input, upper) : [[{ id: 'start', lines: start }]];
  return [...top, ...drawLowers(input, { columns: size.columns, rows: lowerRows })];
}

/** Routes and endpoints take what they need, up to half; what happened gets the rest. */
function lowerHeight({ lists, view, size }: ScreenInput, body: Size): number {
  const isStart = view === undefined || lists.tenant === undefined;
  if (isStart) return Math.min(7, Math.floor(body.rows / 3));
  const isStacked = size.columns < sideBySideColumns;
  const wanted = isStacked
    ? lists.routes.length + lists.endpoints.length + 4
    : Math.max(lists.routes.length, lists.endpoints.length) + 2;
  const most = Math.floor(body.rows * (isStacked ? 0.6 : 0.5));
  const least = isStacked ? 8 : 5;
  return body.rows - Math.max(least, Math.min(most, wanted));
}

/** Narrower than that, panes stand one below the other. */
const sideBySideColumns = 78;

function drawUpper(input: ScreenInput, { columns, rows }: Size): Frame {
  if (columns < sideBySideColumns) {
    const routesRows = Math.min(Math.floor(rows / 2), Math.max(4, input.lists.routes.length + 2));
    const routes = drawRoutes(input, { columns, rows: routesRows });
    const endpoints = drawEndpoints(input, { columns, rows: rows - routesRows });
    return [[{ id: 'routes', lines: routes }], [{ id: 'endpoints', lines: endpoints }]];
  }
  const left = Math.floor(columns / 2);
  return [
    [
      { id: 'routes', lines: drawRoutes(input, { columns: left, rows }) },
      { id: 'endpoints', lines: drawEndpoints(input, { columns: columns - left, rows }) },
    ],
  ];
}

/** All panes of what happened where there is room; else the one that was looked at last. */
function drawLowers(input: ScreenInput, size: Size): Frame {
  const { columns, rows } = size;
  const part = (pane: PaneId, partSize: Size, isShared = false) => ({
    id: pane,
    lines: drawLower(input, pane, { size: partSize, isShared }),
  });
  if (columns < 110 || rows < 14) {
    const shown = lowerPanes.includes(input.state.lower) ? input.state.lower : 'timeline';
    return [[part(shown, size, true)]];
  }
  const commandRows = Math.min(6, Math.floor(rows / 4));
  const upperRows = rows - commandRows;
  const left = Math.floor(columns * 0.6);
  return [
    [
      part('timeline', { columns: left, rows: upperRows }),
      part('requests', { columns: columns - left, rows: upperRows }),
    ],
    [part('commands', { columns, rows: commandRows })],
  ];
}

function tooSmall({ columns, rows }: Size): Frame {
  const lines = [
    `too small: ${columns}×${rows}`,
    `needs ${smallestSize.columns}×${smallestSize.rows}`,
    'everything goes on',
    'q stops it',
  ];
  const shown = lines.slice(0, Math.max(1, rows - 1)).map((text) => padded(cut(text, columns), columns));
  return [[{ id: 'small', lines: shown }]];
}
