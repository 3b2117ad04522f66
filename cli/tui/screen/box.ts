import { cut, widthOf } from './text.ts';
import type { Theme } from './theme.ts';

/** A framed part of the screen. */
export interface Box {
  /** Its number and name: `1 Routes`. */
  readonly title: string;
  /** At the right end of its upper edge. */
  readonly note?: string;
  readonly isFocused: boolean;
  /** Painted already, each exactly as wide as the inside; what does not fit is left out. */
  readonly lines: readonly string[];
}

/** Columns and rows. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** Columns that a frame takes from what is inside. */
export const frameColumns = 2;

/** Rows that a frame takes. */
export const frameRows = 2;

/** The lines of a box of exactly this size. */
export function drawBox(
  { title, note = '', isFocused, lines }: Box,
  size: Size,
  theme: Theme,
): readonly string[] {
  const inside = size.columns - frameColumns;
  const height = Math.max(0, size.rows - frameRows);
  const edge = (text: string) => theme.paint(isFocused ? 'cyan' : 'frame', text);
  const tail = note === '' ? '' : cut(` ${note} `, Math.max(0, inside - 12));
  const head = cut(` ${title} `, Math.max(0, inside - 1 - widthOf(tail)));
  const line = '─'.repeat(Math.max(0, inside - 1 - widthOf(head) - widthOf(tail)));
  const top = [
    edge('┌─'),
    theme.paint(isFocused ? 'focused' : 'title', head),
    edge(line),
    theme.paint('dim', tail),
    edge('┐'),
  ].join('');
  const side = edge('│');
  const empty = ' '.repeat(inside);
  const body = Array.from({ length: height }, (_, index) => `${side}${lines[index] ?? empty}${side}`);
  return [top, ...body, edge(`└${'─'.repeat(inside)}┘`)];
}
