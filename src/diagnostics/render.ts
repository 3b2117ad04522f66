import type { Diagnostic, Severity } from './diagnostic.ts';

/** How {@link render} draws. The caller decides about colour (`NO_COLOR`, a pipe …). */
export interface RenderOptions {
  readonly color: boolean;
  /** Longest source line that is shown whole; longer ones are cut around the marked place. Default 100 columns. */
  readonly width?: number;
}

/** Gives a file's text, or `undefined` when it cannot be shown (gone, binary): the frame is left out then. */
export type SourceText = (file: string) => string | undefined;

/**
 * A diagnostic as text with a frame of its source, a caret, the effect and the fix:
 *
 * ```text
 * error[CALB0112]: spec.listeners[0].protocol: "HTTPS2" is not a known value
 *   --> gateway.yaml:9:17
 *    |
 *  9 |       protocol: HTTPS2
 *    |                 ^^^^^^
 *    = object: Gateway/team-a/web
 *    = effect: …
 *    = fix: …
 * ```
 *
 * Ends without a newline. Control characters of the source are made visible, so that no file can write to the terminal.
 */
export function render(diagnostic: Diagnostic, source: SourceText, options: RenderOptions): string {
  const { code, severity, message, position, resource, effect, hint } = diagnostic;
  const paint = painter(options.color);
  const lines = [
    `${paint(severity, `${severity}[${code}]`)}${paint('bold', `: ${visible(message)}`)}`,
    `  ${paint('frame', '-->')} ${visible(position.file)}:${position.line}:${position.column}`,
  ];
  const text = source(position.file)?.split('\n')[position.line - 1];
  const margin = ' '.repeat(String(position.line).length + 1);
  if (text !== undefined)
    lines.push(...frame(text, diagnostic, { margin, paint, width: options.width ?? 100 }));
  const note = (label: string, body: string) =>
    lines.push(`${margin} ${paint('frame', '=')} ${paint('bold', `${label}:`)} ${visible(body)}`);
  if (resource !== undefined) note('object', resource);
  note('effect', effect);
  note('fix', hint);
  return lines.join('\n');
}

interface FrameOptions {
  readonly margin: string;
  readonly paint: Paint;
  readonly width: number;
}

function frame(text: string, diagnostic: Diagnostic, { margin, paint, width }: FrameOptions): string[] {
  const { line, column } = diagnostic.position;
  // A tab counts as one column, so it is drawn as one.
  const whole = visible(text.replace(/\r$/, '').replaceAll('\t', ' '));
  const from = column > width * 0.8 ? column - Math.floor(width / 2) : 0;
  const cut = whole.slice(from, from + width);
  const shown = `${from > 0 ? '…' : ''}${cut}${whole.length > from + width ? '…' : ''}`;
  const indent = column - 1 - from + (from > 0 ? 1 : 0);
  const length = Math.max(1, Math.min(tokenLength(whole, column - 1), shown.length - indent));
  const bar = paint('frame', '|');
  return [
    `${margin} ${bar}`,
    ` ${paint('frame', String(line))} ${bar} ${shown}`.trimEnd(),
    `${margin} ${bar} ${' '.repeat(Math.max(0, indent))}${paint(diagnostic.severity, '^'.repeat(length))}`,
  ];
}

/** Length of the YAML token that starts at `index`: a quoted string, or a word up to a separator. */
function tokenLength(line: string, index: number): number {
  const rest = line.slice(index);
  const quoted = /^"(?:[^"\\]|\\.)*"|^'(?:[^']|'')*'/.exec(rest);
  if (quoted) return quoted[0].length;
  const word = /^(?:[^\s,[\]{}#:]|:(?=\S)|#(?=\S))+/.exec(rest);
  return word ? word[0].length : 1;
}

/** Characters that would move the cursor or hide text, written as one visible character each. */
function visible(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, (character) =>
    character === '\n' ? ' ' : '\u{fffd}',
  );
}

type Paint = (style: Severity | 'bold' | 'frame', text: string) => string;

const styles = { error: '1;31', warning: '1;33', hint: '1;36', bold: '1', frame: '34' } as const;

function painter(color: boolean): Paint {
  return color ? (style, text) => `\u001b[${styles[style]}m${text}\u001b[0m` : (_style, text) => text;
}

/** `2 errors, 1 warning`; `no problems` for none. */
export function countSeverities(diagnostics: readonly Diagnostic[]): string {
  const parts = (['error', 'warning', 'hint'] as const).flatMap((severity) => {
    const count = diagnostics.filter((d) => d.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}${count === 1 ? '' : 's'}`];
  });
  return parts.length === 0 ? 'no problems' : parts.join(', ');
}
