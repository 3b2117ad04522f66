import {
  type Alias,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
  visit,
  type YAMLMap,
} from 'yaml';
import type { Path } from './resource.ts';
import { yamlOptions } from './yaml-options.ts';

/** A place in a text. Both start at 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** One parsed YAML document: its value, its syntax errors, and where everything stands. */
export class YamlDocument {
  readonly #text: string;
  readonly #document: Document;

  constructor(text: string) {
    this.#text = text;
    this.#document = parseDocument(text, yamlOptions);
  }

  /** Errors with the offset at which they were found, in the order of the text. */
  get errors(): readonly { readonly code: string; readonly message: string; readonly offset: number }[] {
    return this.#document.errors.map((error) => ({
      code: error.code,
      message: error.message,
      offset: error.pos[0],
    }));
  }

  /**
   * The document as plain data. After syntax errors, what could still be understood.
   *
   * @throws ReferenceError when aliases expand too far, or a value would contain itself
   */
  toValue(): unknown {
    const value: unknown = this.#document.toJS({ maxAliasCount: 100 });
    if (this.#text.includes('*') && containsItself(value)) {
      throw new ReferenceError('an alias stands inside the value that it names');
    }
    return value;
  }

  /** Place of an offset of the text. */
  placeAt(offset: number): Place {
    const before = this.#text.slice(0, offset);
    const lineStart = before.lastIndexOf('\n') + 1;
    return { line: before.split('\n').length, column: offset - lineStart + 1 };
  }

  /** Place of the first alias (`*name`); of the document's start when there is none. */
  firstAlias(): Place {
    const alias = /(?<=[\s[{,:-])\*[^\s,[\]{}]+/.exec(this.#text);
    return this.placeAt(alias?.index ?? 0);
  }

  /** Place of the first merge key (`<<`); of the document's start when there is none. */
  firstMergeKey(): Place {
    return this.placeAt(Math.max(0, this.#text.indexOf('<<')));
  }

  /** Place of the first mapping or list that is used as a key; `undefined` when all keys are scalars. */
  placeOfCollectionKey(): Place | undefined {
    let offset: number | undefined;
    visit(this.#document, {
      Pair: (_, pair) => {
        if (!isCollection(pair.key)) return undefined;
        offset = pair.key.range?.[0];
        return visit.BREAK;
      },
    });
    return offset === undefined ? undefined : this.placeAt(offset);
  }

  /** Place of a field's name or value, or of its nearest parent that is written in the text. */
  locate(path: Path, at: 'key' | 'value'): Place {
    const offset = this.#offsetOf(path, at);
    return this.placeAt(offset);
  }

  /** The scalar at a path as it was written, without its quotes; `undefined` when it is no unquoted scalar. */
  plainSource(path: Path): string | undefined {
    let node: unknown = this.#document.contents;
    for (const step of path) node = this.#resolve(findChild(this.#resolve(node), step)?.value);
    return isScalar(node) && node.type === 'PLAIN' ? node.source : undefined;
  }

  #offsetOf(path: Path, at: 'key' | 'value'): number {
    let node: unknown = this.#document.contents;
    let offset = startOf(node) ?? 0;
    for (const [index, step] of path.entries()) {
      const child = findChild(this.#resolve(node), step, (alias) => this.#resolve(alias));
      if (child === undefined) return offset;
      const isLast = index === path.length - 1;
      const key = startOf(child.key);
      const value = startOf(child.value);
      // The nearest parent of what is missing is best shown by its name.
      offset = (isLast && at === 'value' ? (value ?? key) : (key ?? value)) ?? offset;
      node = child.value;
    }
    return offset;
  }

  #resolve(node: unknown): unknown {
    return isAlias(node) ? (node as Alias).resolve(this.#document) : node;
  }
}

interface Child {
  /** `undefined` for list items. */
  readonly key: unknown;
  readonly value: unknown;
}

function findChild(
  parent: unknown,
  step: string | number,
  resolve: (node: unknown) => unknown = (node) => node,
): Child | undefined {
  if (isSeq(parent) && typeof step === 'number') {
    const item = parent.items[step];
    return item === undefined ? undefined : { key: undefined, value: item };
  }
  if (!isMap(parent)) return undefined;
  for (const pair of parent.items)
    if (keyOf(pair) === String(step)) return { key: pair.key, value: pair.value };
  return findMerged(parent, step, resolve);
}

/** A field that came through `<<: *anchor` (or a list of anchors). */
function findMerged(
  map: YAMLMap,
  step: string | number,
  resolve: (node: unknown) => unknown,
): Child | undefined {
  for (const pair of map.items) {
    if (keyOf(pair) !== '<<') continue;
    const sources = isSeq(pair.value) ? pair.value.items : [pair.value];
    for (const source of sources) {
      const found = findChild(resolve(source), step, resolve);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function keyOf(pair: Pair): string {
  if (!isScalar(pair.key)) return '';
  const { value } = pair.key as Scalar;
  // A merge key is a symbol of the parser.
  return typeof value === 'symbol' ? '<<' : String(value ?? '');
}

function startOf(node: unknown): number | undefined {
  if (isPair(node)) return startOf(node.key);
  if (!isNode(node)) return undefined;
  if (isCollection(node) && !('flow' in node && node.flow)) {
    const [first] = node.items;
    const start = startOf(first);
    if (start !== undefined) return start;
  }
  return (node as Node).range?.[0];
}

/** Whether a value is part of itself: `&a [*a]` is YAML, but no object can be made of it. */
function containsItself(value: unknown, above: ReadonlySet<unknown> = new Set()): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (above.has(value)) return true;
  const path = new Set(above).add(value);
  return Object.values(value).some((part) => containsItself(part, path));
}
