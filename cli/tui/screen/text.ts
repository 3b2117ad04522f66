import stringWidth from 'string-width';
import { harmless } from '../../output/harmless.ts';

const ascii = /^[ -~]*$/;

/** Columns that a text without escape codes takes on a terminal. */
export function widthOf(text: string): number {
  return ascii.test(text) ? text.length : stringWidth(text);
}

/** A text in exactly so many columns: cut with `…` where it is longer, with spaces behind it where it is shorter. */
export function padded(text: string, width: number): string {
  return padEnd(cut(text, width), width);
}

/** The same, cut in the middle: of long names, both ends tell something. */
export function fitMiddle(text: string, width: number): string {
  return padEnd(cutMiddle(text, width), width);
}

/** A text in exactly so many columns, at their right end. */
export function fitRight(text: string, width: number): string {
  const shown = cut(text, width);
  return ' '.repeat(Math.max(0, width - widthOf(shown))) + shown;
}

/** A text in at most so many columns. */
export function cut(text: string, width: number): string {
  if (width <= 0) return '';
  if (text.length <= width && ascii.test(text)) return text;
  const safe = harmless(text);
  if (widthOf(safe) <= width) return safe;
  return `${firstColumns(safe, width - 1)}…`;
}

/** A text in at most so many columns, `…` in its middle. */
export function cutMiddle(text: string, width: number): string {
  if (width <= 0) return '';
  const safe = harmless(text);
  if (widthOf(safe) <= width) return safe;
  const end = Math.floor((width - 1) / 2);
  return `${firstColumns(safe, width - 1 - end)}…${lastColumns(safe, end)}`;
}

/** The text over several lines of at most so many columns, cut at spaces where that is possible. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of harmless(text).split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (widthOf(joined) <= width) {
      line = joined;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
    while (widthOf(line) > width) {
      const part = firstColumns(line, width);
      lines.push(part);
      line = line.slice(part.length);
    }
  }
  return [...lines, line];
}

function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

function firstColumns(text: string, width: number): string {
  let shown = '';
  let used = 0;
  for (const character of text) {
    used += widthOf(character);
    if (used > width) break;
    shown += character;
  }
  return shown;
}

function lastColumns(text: string, width: number): string {
  const characters = [...text];
  let shown = '';
  let used = 0;
  for (let index = characters.length - 1; index >= 0; index -= 1) {
    const character = characters[index] ?? '';
    used += widthOf(character);
    if (used > width) break;
    shown = character + shown;
  }
  return shown;
}
