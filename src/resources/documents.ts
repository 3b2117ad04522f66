/** One YAML document of a file. */
export interface DocumentText {
  /** Its text. Columns are those of the file. */
  readonly text: string;
  /** Line of the file on which `text` starts; at least 1. */
  readonly line: number;
}

/**
 * Splits a file into its documents at lines that begin with `---` or `...` (YAML 1.2, section 9.2; neither can stand at
 * the start of a line inside of a block or quoted scalar). What follows `---` on its line belongs to the document.
 * Documents of white space, comments and directives only are left out.
 */
export function splitDocuments(file: string): readonly DocumentText[] {
  const text = file.startsWith('\ufeff') ? file.slice(1) : file;
  const documents: DocumentText[] = [];
  let start = 0;
  let line = 1;
  let startsWithDashes = false;
  const take = (end: number) => {
    const raw = text.slice(start, end);
    // Three spaces stand for the dashes, so that columns stay those of the file.
    const document = startsWithDashes ? `   ${raw.slice(3)}` : raw;
    if (!isBlank(document)) documents.push({ text: document, line });
  };
  for (const marker of text.matchAll(/^(---|\.\.\.)(?=[ \t\r\n]|$)[^\n]*(?:\n|$)/gm)) {
    const [whole, sign] = marker;
    take(marker.index);
    line += countLines(text, start, marker.index);
    startsWithDashes = sign === '---' && !isBlank(whole.slice(3));
    start = marker.index;
    if (startsWithDashes) continue;
    start += whole.length;
    line += 1;
  }
  take(text.length);
  return documents;
}

function isBlank(text: string): boolean {
  return !/^[ \t]*[^\s#%]/m.test(text);
}

function countLines(text: string, from: number, to: number): number {
  let lines = 0;
  for (let i = text.indexOf('\n', from); i >= 0 && i < to; i = text.indexOf('\n', i + 1)) lines++;
  return lines;
}
