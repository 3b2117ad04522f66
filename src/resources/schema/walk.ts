import { didYouMean } from '../../diagnostics/did-you-mean.ts';
import { formatPath, formatValue, type Issue } from '../issue.ts';
import { setField } from '../set-field.ts';
import { checkAlternatives } from './alternatives.ts';
import type { SchemaNode } from './compile.ts';
import { checkNumber, checkString } from './limits.ts';
import { typeIssue } from './type-issue.ts';
import { hintForUnknown } from './unknown-field.ts';

/** What checking one object needs beside its schema. */
export interface WalkOptions {
  /** The text of an unquoted scalar, to explain how YAML read it. */
  readonly plainSource: (path: readonly (string | number)[]) => string | undefined;
  /** Unknown fields are dropped and told here. Absent: they are issues. */
  readonly onUnknown?: ((path: readonly (string | number)[]) => void) | undefined;
}

/**
 * Checks a value against a structural schema as an API server does on creation: unknown fields, then defaults, then
 * types, limits, enums, required fields and list semantics. Rules (CEL) are checked apart, when all this holds.
 */
export class SchemaWalk {
  readonly issues: Issue[] = [];
  /** Steps to the value at hand; one array for the whole walk. */
  readonly path: (string | number)[] = [];
  readonly options: WalkOptions;
  /** The objects around the one at hand, the outermost first. */
  readonly #parents: SchemaNode[] = [];

  constructor(options: WalkOptions) {
    this.options = options;
  }

  /** Checks a value and returns it with defaults and without unknown fields; the same reference where nothing changed. */
  check(node: SchemaNode, value: unknown): unknown {
    const { data } = node;
    if (value === null && data.nullable) return null;
    const issue = typeIssue(node, value, this.path, this.options);
    if (issue !== undefined) {
      this.issues.push(issue);
      return value;
    }
    if (data.enum !== undefined && !data.enum.includes(value)) this.#reportEnum(data.enum, value);
    const before = this.issues.length;
    const result = this.#checkByType(node, value);
    if (this.issues.length === before) checkAlternatives(this, data, result);
    return result;
  }

  /** Reports an issue at the value at hand. */
  report(code: Issue['code'], message: string, more: Partial<Issue> = {}): void {
    this.issues.push({ code, path: [...this.path], at: 'value', message, ...more });
  }

  /** Path of the value at hand, for messages. */
  get where(): string {
    return formatPath(this.path);
  }

  #checkByType(node: SchemaNode, value: unknown): unknown {
    if (typeof value === 'string') checkString(this, node, value);
    else if (typeof value === 'number') checkNumber(this, node, value);
    else if (Array.isArray(value)) return this.#checkList(node, value);
    else if (isRecord(value)) return this.#checkObject(node, value);
    return value;
  }

  #checkObject(node: SchemaNode, value: Readonly<Record<string, unknown>>): unknown {
    const result: Record<string, unknown> = {};
    let changed = false;
    this.#parents.push(node);
    for (const [key, child] of Object.entries(value)) {
      const schema = node.properties?.get(key) ?? node.additionalProperties;
      if (schema === undefined) {
        if (node.data.preserveUnknownFields || isFreeForm(node)) setField(result, key, child);
        else changed = this.#reportUnknown(node, key);
        continue;
      }
      // As an API server has it for built-in kinds and, before defaulting, for others ("Defaulting and Nullable").
      if (child === null && !schema.data.nullable) {
        changed = true;
        continue;
      }
      const checked = this.#checkAt(key, schema, child);
      if (checked !== child) changed = true;
      setField(result, key, checked);
    }
    if (this.#applyDefaults(node, result)) changed = true;
    this.#parents.pop();
    this.#checkRequired(node, result);
    this.#checkCount(Object.keys(result).length, node.data.minProperties, node.data.maxProperties, 'fields');
    return changed ? result : value;
  }

  #applyDefaults(node: SchemaNode, result: Record<string, unknown>): boolean {
    let changed = false;
    for (const [name, schema] of node.properties ?? []) {
      if (schema.data.default === undefined || Object.hasOwn(result, name)) continue;
      result[name] = this.#checkAt(name, schema, schema.data.default);
      changed = true;
    }
    return changed;
  }

  #checkRequired(node: SchemaNode, result: Readonly<Record<string, unknown>>): void {
    for (const name of node.data.required ?? []) {
      if (Object.hasOwn(result, name)) continue;
      const hint = `add "${name}:" to ${this.where}`;
      const message = `${this.where} has no ${name}, which is required`;
      this.report('CALB0113', message, { at: 'key', hint, missing: name });
    }
  }

  #checkList(node: SchemaNode, value: readonly unknown[]): unknown {
    const { items } = node;
    let result = value;
    if (items !== undefined) {
      const checked = value.map((item, index) => this.#checkAt(index, items, item));
      if (checked.some((item, index) => item !== value[index])) result = checked;
    }
    this.#checkCount(result.length, node.data.minItems, node.data.maxItems, 'items');
    this.#checkUnique(node, result);
    return result;
  }

  #checkUnique({ data }: SchemaNode, list: readonly unknown[]): void {
    const keys = data.listType === 'map' ? (data.listMapKeys ?? []) : undefined;
    if (keys === undefined && data.listType !== 'set' && !data.uniqueItems) return;
    const seen = new Map<string, number>();
    for (const [index, item] of list.entries()) {
      const identity = JSON.stringify(keys && isRecord(item) ? keys.map((key) => item[key]) : item);
      const first = seen.get(identity);
      if (first === undefined) seen.set(identity, index);
      else this.#reportDuplicate({ index, first, item, keys });
    }
  }

  #reportDuplicate(found: {
    index: number;
    first: number;
    item: unknown;
    keys: readonly string[] | undefined;
  }): void {
    const { index, first, item, keys } = found;
    const what =
      keys && isRecord(item)
        ? `the same ${keys.map((key) => `${key} ${formatValue(item[key])}`).join(' and ')}`
        : `the same value ${formatValue(item)}`;
    this.report('CALB0115', `${this.where}[${index}] has ${what} as ${this.where}[${first}]`, {
      path: [...this.path, index],
    });
  }

  #checkCount(count: number, min: number | undefined, max: number | undefined, unit: string): void {
    if (count === 0 && min === 1) {
      const hint = `add one, or remove ${this.where}`;
      this.report('CALB0114', `${this.where} is empty`, { hint });
    } else if (min !== undefined && count < min) {
      this.report('CALB0114', `${this.where} has ${count} ${unit}, at least ${min} must be there`, {
        hint: `add ${unit} until there are ${min}, or remove ${this.where}`,
      });
    }
    if (max !== undefined && count > max) {
      this.report('CALB0114', `${this.where} has ${count} ${unit}, at most ${max} are allowed`);
    }
  }

  #checkAt(step: string | number, node: SchemaNode, value: unknown): unknown {
    this.path.push(step);
    const result = this.check(node, value);
    this.path.pop();
    return result;
  }

  #reportUnknown(node: SchemaNode, key: string): true {
    if (this.options.onUnknown !== undefined) {
      this.options.onUnknown([...this.path, key]);
      return true;
    }
    const hint = hintForUnknown(key, node, this.#parents);
    this.report('CALB0110', `unknown field ${formatPath([...this.path, key])}`, {
      path: [...this.path, key],
      at: 'key',
      ...(hint === undefined ? {} : { hint }),
    });
    return true;
  }

  #reportEnum(known: readonly unknown[], value: unknown): void {
    const names = known.map(String);
    const meant = typeof value === 'string' ? didYouMean(value, names) : undefined;
    const list = names.length === 1 ? String(names[0]) : `one of ${names.join(', ')}`;
    this.report('CALB0112', `${this.where} is ${formatValue(value)}, which is not ${list}`, {
      hint: meant === undefined ? `write ${list}` : `did you mean ${meant}?`,
    });
  }
}

/** An object without declared fields holds anything. */
function isFreeForm(node: SchemaNode): boolean {
  return node.properties === undefined && node.additionalProperties === undefined;
}

/** A mapping of YAML. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
