import type { DiagnosticCode } from '../diagnostics/codes.ts';
import { parseFast } from './fast-yaml.ts';
import { type Place, YamlDocument } from './yaml-document.ts';

/** Longest document that is parsed, in characters; a Kubernetes API server takes no larger request. */
export const maxDocumentLength = 3 * 1024 * 1024;

/** Deepest nesting of `[` and `{` that is parsed. */
const maxDepth = 200;

/** A syntax error. */
export interface SyntaxProblem {
  readonly code: DiagnosticCode;
  readonly place: Place;
  readonly message: string;
  readonly hint?: string;
}

/** A parsed document. With `problems`, `value` is what could still be understood, to find out which object it is. */
export interface ParsedDocument {
  readonly value: unknown;
  readonly problems: readonly SyntaxProblem[];
  /** Where its value begins. */
  readonly start: Place;
  /** The document with positions; made when it is first asked for. Not to be called when there are problems. */
  readonly yaml: () => YamlDocument;
}

/** Parses one YAML (or JSON) document. Never throws. */
export function parseDocumentText(text: string): ParsedDocument {
  const unfit = unfitForParser(text);
  if (unfit !== undefined) return broken(undefined, [unfit]);
  const fast = parseFast(text);
  if (fast !== undefined) {
    let yaml: YamlDocument | undefined;
    return {
      ...fast,
      problems: [],
      yaml: () => {
        yaml ??= new YamlDocument(text);
        return yaml;
      },
    };
  }
  try {
    return parseFully(text);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return broken(undefined, [tooDeep]);
  }
}

function parseFully(text: string): ParsedDocument {
  const yaml = new YamlDocument(text);
  const template = templateProblems(yaml, text);
  const syntax = template.length > 0 ? template : syntaxProblems(yaml, text);
  const { value, problems } = expand(yaml, syntax);
  if (problems.length > 0) return broken(value, problems);
  return { value, problems, start: yaml.locate([], 'value'), yaml: () => yaml };
}

function broken(value: unknown, problems: readonly SyntaxProblem[]): ParsedDocument {
  const yaml = () => {
    throw new Error('a document with syntax errors has no positions');
  };
  return { value, problems, start: { line: 1, column: 1 }, yaml };
}

const tooDeep: SyntaxProblem = {
  code: 'CALB0109',
  place: { line: 1, column: 1 },
  message: 'the document is nested too deeply',
};

function unfitForParser(text: string): SyntaxProblem | undefined {
  if (text.length > maxDocumentLength) {
    const size = (text.length / 1024 / 1024).toFixed(1);
    const message = `the document has ${size} MiB; at most ${maxDocumentLength / 1024 / 1024} MiB are read`;
    return { code: 'CALB0109', place: { line: 1, column: 1 }, message };
  }
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text.charCodeAt(i);
    if (character === 0x5b || character === 0x7b) depth++;
    else if (character === 0x5d || character === 0x7d) depth--;
    if (depth > maxDepth) return tooDeep;
  }
  return /(?:[-?][ \t]+){100}/.test(text) ? tooDeep : undefined;
}

/** The first error of each kind of mistake; what follows a syntax error is mostly a consequence of it. */
function syntaxProblems(yaml: YamlDocument, text: string): SyntaxProblem[] {
  const problems: SyntaxProblem[] = [];
  let hasOther = false;
  for (const { code, message, offset } of yaml.errors) {
    const place = yaml.placeAt(Math.min(offset, text.trimEnd().length));
    if (code === 'DUPLICATE_KEY') {
      const key = /^[^\s:]+/.exec(text.slice(offset))?.[0] ?? '';
      problems.push({ code: 'CALB0103', place, message: `the key ${key} stands twice in this mapping` });
    } else if (!hasOther) {
      hasOther = true;
      problems.push(syntaxProblem({ code, message, place, offset }, text));
    }
  }
  return problems;
}

interface YamlError {
  readonly code: string;
  readonly message: string;
  readonly place: Place;
  readonly offset: number;
}

function syntaxProblem({ code, message, place, offset }: YamlError, text: string): SyntaxProblem {
  const lineStart = text.lastIndexOf('\n', offset - 1) + 1;
  const [line = ''] = text.slice(lineStart).split('\n', 1);
  const tab = /^ *\t/.exec(line);
  if (code === 'TAB_AS_INDENT' || tab) {
    const column = tab ? tab[0].length : place.column;
    return {
      code: 'CALB0102',
      place: { line: place.line, column },
      message: 'a tab is used for indentation',
    };
  }
  const exact = overIndented(text, message, offset) ?? openQuote(text, message);
  if (exact !== undefined) return exact;
  const hint = hints.find(([pattern]) => pattern.test(message))?.[1];
  const base = { code: 'CALB0101', place, message: `YAML: ${lowerFirst(message)}` } as const;
  return hint === undefined ? base : { ...base, hint };
}

/** A line below `name: value` that is indented deeper: YAML takes it as a part of the value. */
function overIndented(text: string, message: string, offset: number): SyntaxProblem | undefined {
  if (!message.startsWith('Nested mappings')) return undefined;
  const lines = text.split('\n');
  const above = text.slice(0, offset).split('\n').length;
  if (/: /.test((text.slice(offset).split('\n', 1)[0] ?? '').replace(/ #.*/, ''))) return undefined;
  const index = lines.findIndex((line, at) => at >= above && /^ *[^\s#]/.test(line));
  const line = lines[index];
  if (line === undefined) return undefined;
  const aligned = (lines[above - 1] ?? '').search(/[^ -]/);
  return {
    code: 'CALB0101',
    place: { line: index + 1, column: line.search(/\S/) + 1 },
    message: 'YAML: this line is indented deeper than the one above, which has a value already',
    hint: `indent it by ${aligned} spaces, as the line above`,
  };
}

/** A quote that is not closed is best shown where it opens: the parser notices at the end of the text. */
function openQuote(text: string, message: string): SyntaxProblem | undefined {
  const quote = /^Missing closing (.)quote/.exec(message)?.[1];
  if (quote === undefined) return undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const opening = new RegExp(`(?:^|[:\\-,[{] *)${quote}(?=[^${quote}]*$)`).exec(line);
    if (opening === null) continue;
    const place = { line: index + 1, column: opening.index + opening[0].length };
    const hint = `close it with another ${quote}`;
    return { code: 'CALB0101', place, message: `YAML: the quote ${quote} is not closed`, hint };
  }
  return undefined;
}

const hints: readonly (readonly [RegExp, string])[] = [
  [/^Nested mappings/, 'put quotes around a value that contains ": "'],
  [/^Missing closing .*quote/, 'close the quote'],
  [/must start at the same column/, 'align it with the fields beside it'],
  [/^Implicit (map )?keys need/, 'write "name: value": a colon and a space are missing'],
  [/sufficiently indented and end with/, 'close the bracket that was opened'],
  [/reserved character/, 'put quotes around the value'],
  [/^Unexpected|at node end/, 'check the indentation of this line and of the one above'],
];

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** `{{ … }}` is a mapping as a key of a mapping in YAML, which no object has: a Helm template. */
function templateProblems(yaml: YamlDocument, text: string): SyntaxProblem[] {
  if (!text.includes('{{')) return [];
  const place = yaml.placeOfCollectionKey();
  if (place === undefined) return [];
  const hint =
    'render the template first (helm template …) and use its output; or put quotes around the value';
  return [{ code: 'CALB0101', place, message: 'YAML: "{{ … }}" is a template, not a value', hint }];
}

function expand(yaml: YamlDocument, problems: SyntaxProblem[]): Pick<ParsedDocument, 'value' | 'problems'> {
  try {
    return { value: yaml.toValue(), problems };
  } catch (error) {
    if (error instanceof RangeError || !(error instanceof Error)) throw error;
    return { value: undefined, problems: [...problems, expansionProblem(yaml, error)] };
  }
}

function expansionProblem(yaml: YamlDocument, error: Error): SyntaxProblem {
  const unresolved = /^Unresolved alias.*: (.*)$/.exec(error.message)?.[1];
  if (unresolved !== undefined) {
    const message = `YAML: the alias *${unresolved} has no anchor &${unresolved} before it`;
    const hint = `put &${unresolved} at the value that is meant, above the alias`;
    return { code: 'CALB0101', place: yaml.firstAlias(), message, hint };
  }
  if (error instanceof ReferenceError) {
    return {
      code: 'CALB0104',
      place: yaml.firstAlias(),
      message: error.message.startsWith('an alias')
        ? `YAML: ${error.message}`
        : 'the aliases of this document expand too far',
    };
  }
  const hint = 'write "<<: *name", where &name stands before a mapping';
  return {
    code: 'CALB0101',
    place: yaml.firstMergeKey(),
    message: `YAML: ${lowerFirst(error.message)}`,
    hint,
  };
}
