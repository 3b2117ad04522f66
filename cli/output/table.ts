import { displayWidth } from './colors.ts';

/** Columns are set apart by so many spaces, as kubectl does. */
const gap = 3;

/**
 * Rows as aligned text, one line each, without a newline at the end. The last column is not padded. `widths` are lower
 * bounds, so that rows which come later line up with those before.
 */
export function formatRows(rows: readonly (readonly string[])[], widths: readonly number[] = []): string {
  const all = columnWidths(rows, widths);
  return rows
    .map((row) => {
      const last = row.length - 1;
      return row
        .map((cell, index) => (index === last ? cell : pad(cell, (all[index] ?? 0) + gap)))
        .join('')
        .trimEnd();
    })
    .join('\n');
}

/** Width of each column. */
export function columnWidths(
  rows: readonly (readonly string[])[],
  atLeast: readonly number[] = [],
): readonly number[] {
  const widths = [...atLeast];
  for (const row of rows) {
    for (const [index, cell] of row.entries()) {
      widths[index] = Math.max(widths[index] ?? 0, displayWidth(cell));
    }
  }
  return widths;
}

/** A text with spaces up to a width. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - displayWidth(text)));
}
