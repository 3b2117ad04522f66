/** Styles of the output. Colour is never the only sign of anything: a word or symbol always stands beside it. */
const codes = {
  bold: '1',
  dim: '2',
  underline: '4',
  red: '31',
  green: '32',
  yellow: '33',
  blue: '34',
  magenta: '35',
  cyan: '36',
} as const;

export type Style = keyof typeof codes;

/** Puts a style around a text, or returns the text as it is. */
export type Paint = (style: Style, text: string) => string;

/** Paints with ANSI escape codes. */
export const ansiPaint: Paint = (style, text) =>
  text === '' ? '' : `\u001b[${codes[style]}m${text}\u001b[0m`;

/** Paints nothing. */
export const noPaint: Paint = (_style, text) => text;

/**
 * Whether to write colours: `NO_COLOR` (any value but the empty one) forbids them, `FORCE_COLOR` asks for them, a dumb
 * terminal and anything that is no terminal get none.
 */
export function wantsColor(
  stream: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false';
  return stream.isTTY === true && env.TERM !== 'dumb';
}

const escapes = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');

/** Columns that a text takes on a terminal: escape codes take none, wide East Asian characters two. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text.replace(escapes, ''))
    width +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}]/u.test(
        character,
      )
        ? 2
        : 1;
  return width;
}
