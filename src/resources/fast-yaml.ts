import { readFlow } from './fast-flow.ts';
import type { Place } from './yaml-document.ts';

/** What {@link parseFast} read: the value, and where it begins. */
export interface FastResult {
  readonly value: unknown;
  readonly start: Place;
}

/**
 * Reads the YAML that manifests are mostly written in: block mappings and lists, plain and simply quoted scalars and
 * simple `{}` and `[]` on one line, comments. For anything else (anchors, block scalars, escapes, every doubtful scalar,
 * every mistake) it gives `undefined`, and the full parser decides. What it does give is exactly what that one would, without errors;
 * it is about twenty times as fast, which is what keeps thousands of routes quick to load.
 */
export function parseFast(text: string): FastResult | undefined {
  if (!/^[\x20-\x7e\n\r]*$/.test(text)) return undefined;
  const reader = new Reader(text);
  try {
    return reader.document();
  } catch (error) {
    if (error === tooHard) return undefined;
    throw error;
  }
}

/** Thrown where the full parser has to decide. */
const tooHard = Symbol('too hard');

const maxDepth = 100;

/** Plain keys and scalars of YAML 1.1 that are no text. */
const specialWord = /^(?:y|yes|n|no|on|off|true|false|null)$/i;

class Reader {
  readonly #indents: number[] = [];
  readonly #contents: string[] = [];
  readonly #numbers: number[] = [];
  #at = 0;

  constructor(text: string) {
    let number = 0;
    for (const raw of text.split('\n')) {
      number++;
      const line = raw.trimEnd();
      const content = line.trimStart();
      if (content === '' || content.startsWith('#')) continue;
      this.#indents.push(line.length - content.length);
      this.#contents.push(content);
      this.#numbers.push(number);
    }
  }

  document(): FastResult {
    const start = { line: this.#numbers[0] ?? 1, column: 1 };
    if (this.#indent !== 0) throw tooHard;
    const value = this.#block(0, 0);
    if (this.#at < this.#contents.length) throw tooHard;
    return { value, start };
  }

  /** Indentation of the line at hand; -1 at the end. */
  get #indent(): number {
    return this.#indents[this.#at] ?? -1;
  }

  get #content(): string {
    return this.#contents[this.#at] ?? '';
  }

  #block(indent: number, depth: number): unknown {
    if (depth > maxDepth) throw tooHard;
    return isItem(this.#content) ? this.#list(indent, depth) : this.#mapping(indent, depth);
  }

  #mapping(indent: number, depth: number): Record<string, unknown> {
    const mapping: Record<string, unknown> = {};
    while (this.#indent === indent && !isItem(this.#content)) {
      const entry = /^([A-Za-z][A-Za-z0-9_./-]*):(?: +(.*))?$/.exec(this.#content);
      const key = entry?.[1];
      if (key === undefined || specialWord.test(key) || Object.hasOwn(mapping, key)) throw tooHard;
      this.#at++;
      const rest = entry?.[2] ?? '';
      mapping[key] = isNothing(rest) ? this.#nested(indent, depth, true) : this.#scalar(rest, indent);
    }
    if (this.#indent > indent) throw tooHard;
    return mapping;
  }

  #list(indent: number, depth: number): unknown[] {
    const list: unknown[] = [];
    while (this.#indent === indent && isItem(this.#content)) {
      const content = this.#content.slice(1);
      const rest = content.trimStart();
      if (isNothing(rest)) {
        this.#at++;
        list.push(this.#nested(indent, depth, false));
      } else if (isItem(rest)) {
        throw tooHard;
      } else if (/^[A-Za-z][A-Za-z0-9_./-]*:(?: |$)/.test(rest)) {
        // The item is a mapping whose first key stands behind the dash.
        const inner = indent + 1 + content.length - rest.length;
        this.#indents[this.#at] = inner;
        this.#contents[this.#at] = rest;
        list.push(this.#mapping(inner, depth + 1));
      } else {
        this.#at++;
        list.push(this.#scalar(rest, indent));
      }
    }
    if (this.#indent > indent) throw tooHard;
    return list;
  }

  /** The block below a key or dash; `null` when there is none. A list may stand at the indentation of its key. */
  #nested(indent: number, depth: number, belowKey: boolean): unknown {
    if (this.#indent > indent) return this.#block(this.#indent, depth + 1);
    if (belowKey && this.#indent === indent && isItem(this.#content)) return this.#list(indent, depth + 1);
    return null;
  }

  #scalar(text: string, indent: number): unknown {
    // A deeper line would continue a plain scalar.
    if (this.#indent > indent) throw tooHard;
    const first = text[0] ?? '';
    if (first === '"') return quoted(/^"([^"\\]*)"(?: +#.*)?$/, text);
    if (first === "'") return quoted(/^'([^']*)'(?: +#.*)?$/, text);
    if (first === '[' || first === '{') return readFlow(text, flowRules);
    const comment = text.indexOf(' #');
    return plainScalar(comment < 0 ? text : text.slice(0, comment).trimEnd());
  }
}

function isItem(content: string): boolean {
  return content.startsWith('- ') || content === '-';
}

function isNothing(rest: string): boolean {
  return rest === '' || rest.startsWith('#');
}

function quoted(pattern: RegExp, text: string): string {
  const inner = pattern.exec(text)?.[1];
  if (inner === undefined) throw tooHard;
  return inner;
}

const flowRules = {
  plain: plainScalar,
  isKey: (text: string) => !specialWord.test(text),
  giveUp: (): never => {
    throw tooHard;
  },
};

function plainScalar(text: string): unknown {
  if (text === 'true') return true;
  if (text === 'false') return false;
  if (/^(?:0|-?[1-9]\d{0,14})$/.test(text)) return Number(text);
  if (text.includes(': ') || text.endsWith(':')) throw tooHard;
  if (/^[A-Za-z/]/.test(text)) {
    if (specialWord.test(text)) throw tooHard;
    return text;
  }
  // A digit begins a text when a letter follows that no number has (10s, 500ms), or a second dot (10.0.0.1).
  if (/^\d[\dA-Za-z.]*$/.test(text) && /[g-mp-wyz]|\..*\./.test(text)) return text;
  throw tooHard;
}
