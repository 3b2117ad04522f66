import { type Item, isFollowing } from '../model/lists.ts';
import type { TimelineEntry } from '../model/timeline.ts';
import { frameColumns, frameRows, type Size } from './box.ts';
import type { ScreenInput } from './screen-input.ts';
import { clockTime } from './screen-input.ts';
import { shortText } from './short-names.ts';
import { cut, padded, widthOf } from './text.ts';

/** Columns of time, sign and word. */
const wordWidth = 13;

/** Lines of the timeline, the latest at the end: each entry in one line, and below it why, unless that is what stands above it. */
export function timelineLines(input: ScreenInput, size: Size): readonly string[] {
  const { lists, state } = input;
  const width = size.columns - frameColumns;
  const rows = size.rows - frameRows;
  const entries = lists.timeline;
  if (entries.length === 0) return [padded(' nothing has happened yet', width)];
  const selected = state.selected.timeline;
  const at = selected === undefined ? -1 : entries.findIndex(({ key }) => key === selected);
  // Follows the end until something is selected; then what is selected stays in sight, with what came after it.
  const end =
    at < 0 || !isFollowing('timeline')
      ? entries.length - 1
      : Math.min(entries.length - 1, at + Math.floor(rows / 3));
  const lines: string[] = [];
  for (let index = end; index >= 0 && lines.length < rows; index -= 1) {
    const item = entries[index];
    if (item !== undefined)
      lines.unshift(
        ...entryLines(item, { input, width, previous: entries[index - 1], isSelected: index === at }),
      );
  }
  return lines.slice(-rows);
}

interface EntryOptions {
  readonly input: ScreenInput;
  readonly width: number;
  readonly previous: Item<TimelineEntry> | undefined;
  readonly isSelected: boolean;
}

function entryLines(
  { value }: Item<TimelineEntry>,
  { input, width, previous, isSelected }: EntryOptions,
): readonly string[] {
  const { theme, state, timeZone } = input;
  const { symbol, word, times, style, because, cause } = value;
  const text = shortText(value.text, value.tenant);
  const time = clockTime(value.timeMs, timeZone);
  const repeated = times > 1 ? ` ×${times}` : '';
  const follows = cause !== undefined && previous?.value.seq === cause;
  const head = `${follows ? '↳' : ' '}${symbol} ${padded(word, wordWidth)}`;
  const room = Math.max(0, width - widthOf(time) - 1 - widthOf(head) - 1);
  const body = padded(`${cut(text, Math.max(0, room - repeated.length))}${repeated}`, room);
  const plain = `${time} ${head} ${body}`;
  const first =
    isSelected && state.focus === 'timeline'
      ? theme.paint('selected', plain)
      : `${theme.paint('dim', time)} ${theme.paint(style, head)} ${body}`;
  if (because === undefined || follows) return [first];
  const indent = ' '.repeat(widthOf(time) + 2);
  return [first, theme.paint('dim', padded(`${indent}↳ ${shortText(because, value.tenant)}`, width))];
}
