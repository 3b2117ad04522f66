/** One side of a difference: its title and its lines. */
export interface DiffSide {
  readonly title: string;
  readonly lines: readonly string[];
}

/** Lines around a change that are shown, as `diff -u` has them. */
const context = 3;

interface Edit {
  readonly mark: ' ' | '-' | '+';
  readonly line: string;
}

/** The difference of two texts as `diff -u` writes it, line by line; empty when there is none. */
export function unifiedDiff(before: DiffSide, after: DiffSide): readonly string[] {
  const edits = editsOf(before.lines, after.lines);
  const hunks = hunksOf(edits);
  if (hunks.length === 0) return [];
  return [`--- ${before.title}`, `+++ ${after.title}`, ...hunks.flat()];
}

/** Texts whose changed parts are larger than this, lines times lines, are shown as replaced. */
const maxArea = 4_000_000;

/** Edits from one list of lines to another: what they begin and end with alike is left out of the search. */
function editsOf(before: readonly string[], after: readonly string[]): readonly Edit[] {
  const most = Math.min(before.length, after.length);
  let head = 0;
  while (head < most && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < most - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  const [old, next] = [before.slice(head, before.length - tail), after.slice(head, after.length - tail)];
  const same = (lines: readonly string[]) => lines.map((line): Edit => ({ mark: ' ', line }));
  const marked = (lines: readonly string[], mark: '-' | '+') => lines.map((line): Edit => ({ mark, line }));
  const middle =
    old.length * next.length > maxArea
      ? [...marked(old, '-'), ...marked(next, '+')]
      : shortestEdits(old, next);
  return [...same(before.slice(0, head)), ...middle, ...same(before.slice(before.length - tail))];
}

/** Shortest edits (longest common subsequence). */
function shortestEdits(before: readonly string[], after: readonly string[]): readonly Edit[] {
  const width = after.length + 1;
  const lengths = new Uint32Array((before.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = before.length - 1; i >= 0; i--) {
    for (let j = after.length - 1; j >= 0; j--) {
      const isSame = before[i] === after[j];
      lengths[i * width + j] = isSame ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const edits: Edit[] = [];
  let [i, j] = [0, 0];
  while (i < before.length || j < after.length) {
    const [old, next] = [before[i], after[j]];
    if (old !== undefined && old === next) {
      edits.push({ mark: ' ', line: old });
      i += 1;
      j += 1;
    } else if (old !== undefined && (next === undefined || at(i + 1, j) >= at(i, j + 1))) {
      edits.push({ mark: '-', line: old });
      i += 1;
    } else {
      edits.push({ mark: '+', line: next ?? '' });
      j += 1;
    }
  }
  return edits;
}

/** Changes with the lines around them, each with its `@@` line. */
function hunksOf(edits: readonly Edit[]): readonly (readonly string[])[] {
  const hunks: string[][] = [];
  let [from, to] = [-1, -1];
  const close = (): void => {
    if (from >= 0) hunks.push(hunk(edits, from, to));
  };
  for (const [index, { mark }] of edits.entries()) {
    if (mark === ' ') continue;
    if (from < 0 || index - context > to) {
      close();
      from = Math.max(0, index - context);
    }
    to = Math.min(edits.length, index + context + 1);
  }
  close();
  return hunks;
}

function hunk(edits: readonly Edit[], from: number, to: number): string[] {
  const count = (part: readonly Edit[], mark: '-' | '+') =>
    part.filter((edit) => edit.mark === ' ' || edit.mark === mark).length;
  const [earlier, shown] = [edits.slice(0, from), edits.slice(from, to)];
  const range = (mark: '-' | '+') => {
    const length = count(shown, mark);
    const start = count(earlier, mark) + (length === 0 ? 0 : 1);
    return `${mark}${start},${length}`;
  };
  return [`@@ ${range('-')} ${range('+')} @@`, ...shown.map(({ mark, line }) => `${mark}${line}`)];
}
