/** Reads the plain or quoted scalar at hand; throws what the caller's parser throws where it is in doubt. */
export interface FlowRules {
  /** The value of an unquoted text, trimmed. */
  readonly plain: (text: string) => unknown;
  /** Whether an unquoted text may be a key. */
  readonly isKey: (text: string) => boolean;
  /** Called where the full parser has to decide. */
  readonly giveUp: () => never;
}

/** How deeply `{` and `[` may be nested. */
const maxDepth = 50;

/**
 * Reads a flow mapping or list that is complete on one line, such as `{ name: http, port: 3000 }`, with nothing but a
 * comment behind it. Takes a part of what YAML allows, and reads that exactly as YAML does.
 */
export function readFlow(text: string, rules: FlowRules): unknown {
  const reader = new FlowReader(text, rules);
  const value = reader.value(0);
  reader.end();
  return value;
}

const key = /[A-Za-z][A-Za-z0-9_./-]*(?=: )/y;
const doubleQuoted = /"([^"\\]*)"(?= *[,}\]])/y;
const singleQuoted = /'([^']*)'(?= *[,}\]])/y;
/** What cannot mean anything else inside of `{}` and `[]`; `: ` and ` #` cannot be written with it. */
const plain = /(?:[A-Za-z0-9_./+-]|:(?=[A-Za-z0-9_./-])| (?=[ A-Za-z0-9_./+,}\]-]))+(?=[,}\]])/y;
const spaces = / */y;
const rest = /(?: +#.*)?$/y;

class FlowReader {
  readonly #text: string;
  readonly #rules: FlowRules;
  #at = 0;

  constructor(text: string, rules: FlowRules) {
    this.#text = text;
    this.#rules = rules;
  }

  value(depth: number): unknown {
    if (depth > maxDepth) this.#rules.giveUp();
    switch (this.#text[this.#at]) {
      case '{':
        return this.#mapping(depth);
      case '[':
        return this.#list(depth);
      case '"':
        return this.#take(doubleQuoted)[1];
      case "'":
        return this.#take(singleQuoted)[1];
      default:
        return this.#rules.plain(this.#take(plain)[0].trimEnd());
    }
  }

  end(): void {
    this.#take(rest);
  }

  #mapping(depth: number): Record<string, unknown> {
    const mapping: Record<string, unknown> = {};
    this.#open();
    while (!this.#closes('}', Object.keys(mapping).length)) {
      const [name] = this.#take(key);
      if (!this.#rules.isKey(name) || Object.hasOwn(mapping, name)) this.#rules.giveUp();
      this.#at++;
      this.#skip();
      mapping[name] = this.value(depth + 1);
      this.#skip();
    }
    return mapping;
  }

  #list(depth: number): unknown[] {
    const list: unknown[] = [];
    this.#open();
    while (!this.#closes(']', list.length)) {
      list.push(this.value(depth + 1));
      this.#skip();
    }
    return list;
  }

  #open(): void {
    this.#at++;
    this.#skip();
  }

  /** Whether the bracket closes here; otherwise steps over the comma before the next entry. */
  #closes(bracket: string, entries: number): boolean {
    const character = this.#text[this.#at];
    if (character === bracket) {
      this.#at++;
      return true;
    }
    if (entries === 0) return false;
    if (character !== ',') this.#rules.giveUp();
    this.#at++;
    this.#skip();
    return false;
  }

  #skip(): void {
    this.#take(spaces);
  }

  #take(pattern: RegExp): RegExpExecArray {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return this.#rules.giveUp();
    this.#at = pattern.lastIndex;
    return match;
  }
}
