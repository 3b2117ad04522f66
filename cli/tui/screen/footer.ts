import type { Overlay } from '../app-state.ts';
import { keyTable } from '../keys.ts';
import type { ScreenInput } from './screen-input.ts';
import { cut, padded, widthOf } from './text.ts';

/** The last line: keys; or what is typed, asked, or was just said. */
export function drawFooter({ state, size, theme }: ScreenInput): string {
  const width = size.columns;
  const { prompt, question, notice, overlay, isStopping } = state;
  if (isStopping) return theme.paint('yellow', padded(' stopping and cleaning up … q again: at once', width));
  if (question !== undefined) return theme.paint('yellow', padded(` ${question.words} y/n`, width));
  if (prompt !== undefined) {
    const sign = prompt.type === 'filter' ? '/' : ':';
    const help = prompt.type === 'filter' ? 'enter keeps it, esc drops it' : 'enter does it, esc drops it';
    return padded(` ${sign}${cut(prompt.text, width - help.length - 8)}█   ${help}`, width);
  }
  if (notice !== undefined) return theme.paint('bold', padded(` ${notice}`, width));
  if (overlay !== undefined) return keys(overlayKeys[overlay.type], width, theme);
  return keys(mainKeys, width, theme);
}

type Pair = readonly [label: string, words: string];

const mainKeys: readonly Pair[] = keyTable.flatMap(({ keys: [first = ''], short }) =>
  short === undefined ? [] : [[first === 'enter' ? '⏎' : first, short] as const],
);

const overlayKeys: Readonly<Record<Overlay['type'], readonly Pair[]>> = {
  help: [
    ['↑↓', 'scroll'],
    ['esc', 'back'],
  ],
  details: [
    ['esc', 'back'],
    ['↑↓', 'scroll'],
    ['y', 'YAML → model → xDS'],
    ['tab', 'next view'],
    ['l', 'logs'],
    ['c', 'curl'],
  ],
  logs: [
    ['esc', 'back'],
    ['l', 'next log'],
    ['/', 'filter'],
    ['↑', 'hold'],
    ['end', 'follow'],
  ],
};

/** As many keys as there is room for; the first ones matter most, and how to leave stands at the end always. */
function keys(pairs: readonly Pair[], width: number, theme: ScreenInput['theme']): string {
  const last = pairs.at(-1);
  const shown: Pair[] = [];
  let used = 1 + (last === undefined ? 0 : pairWidth(last));
  for (const pair of pairs.slice(0, -1)) {
    if (used + pairWidth(pair) > width) break;
    used += pairWidth(pair);
    shown.push(pair);
  }
  if (last !== undefined) shown.push(last);
  const text = shown
    .map(([label, words]) => `${theme.paint('bold', label)} ${theme.paint('dim', words)}`)
    .join('  ');
  const plainWidth = shown.reduce((sum, pair) => sum + pairWidth(pair), 0) - 2;
  return ` ${text}${' '.repeat(Math.max(0, width - 1 - plainWidth))}`;
}

function pairWidth([label, words]: Pair): number {
  return widthOf(label) + 1 + widthOf(words) + 2;
}
