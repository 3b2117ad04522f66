/** Which rows of a list are drawn: so many that padded, with the selected one among them, as still as possible. */
export function windowStart(length: number, selected: number, rows: number): number {
  if (length <= rows) return 0;
  // The selected row stays away from the edges, where there is room, so that one sees what comes next.
  const middle = selected - Math.floor(rows / 2);
  return Math.max(0, Math.min(length - rows, middle));
}
