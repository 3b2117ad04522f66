import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';

/** Largest file that is read, in bytes. The edge looks at the size first and does not read a larger one. */
export const maxFileBytes = 16 * 1024 * 1024;

/** Why a file has no text. */
export type FileProblem =
  | { readonly type: 'too-large'; readonly bytes: number }
  /** `reason` is the system's own, for example `EACCES: permission denied`. */
  | { readonly type: 'unreadable'; readonly reason: string }
  | { readonly type: 'binary' };

/** The diagnostic of a file that has no text. */
export function fileProblem(path: string, problem: FileProblem): Diagnostic {
  const position = { file: path, line: 1, column: 1 };
  switch (problem.type) {
    case 'too-large':
      return diagnostic('CALB0105', {
        message: `the file has ${mebibytes(problem.bytes)} MiB; at most ${mebibytes(maxFileBytes)} MiB are read`,
        position,
      });
    case 'unreadable':
      return diagnostic('CALB0107', { message: `the file cannot be read: ${problem.reason}`, position });
    case 'binary':
      return diagnostic('CALB0106', { message: 'the file is binary, not YAML', position });
  }
}

/** What is wrong with a text that was read but cannot be YAML; `undefined` when nothing is. */
export function contentProblem(path: string, text: string): Diagnostic | undefined {
  if (text.length > maxFileBytes) return fileProblem(path, { type: 'too-large', bytes: text.length });
  const bad = text.search(/[\0\ufffd]/);
  if (bad < 0) return undefined;
  const before = text.slice(0, bad).split('\n');
  const position = { file: path, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  if (text[bad] === '\ufffd') {
    return diagnostic('CALB0106', { message: 'the file has bytes that are not UTF-8', position });
  }
  const message = isUtf16(text)
    ? 'the file looks like UTF-16'
    : 'the file has NUL bytes: it is binary, not YAML';
  return diagnostic('CALB0106', { message, position });
}

/** Plain letters in UTF-16 have a NUL on one side of each. */
function isUtf16(text: string): boolean {
  const start = text.replaceAll('\ufffd', '').slice(0, 32);
  return /^(?:[\t\n\r -~]\0)+[\t\n\r -~]?$|^(?:\0[\t\n\r -~])+\0?$/.test(start) && start.length > 4;
}

function mebibytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(bytes < 10 * 1024 * 1024 ? 1 : 0);
}
