import { formatPath, formatValue, type Issue } from '../issue.ts';
import type { SchemaNode } from './compile.ts';
import { hintForPattern } from './limits.ts';
import type { WalkOptions } from './walk.ts';

const names: Readonly<Record<string, string>> = {
  string: 'a text',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'a mapping (name: value)',
  array: 'a list',
};

/** What is wrong with a value's type; `undefined` when it fits. */
export function typeIssue(
  node: SchemaNode,
  value: unknown,
  path: readonly (string | number)[],
  options: WalkOptions,
): Issue | undefined {
  const { data } = node;
  if (data.intOrString ? fitsIntOrString(value, data.format) : fits(data.type, value)) return undefined;
  const expected = data.intOrString ? 'a whole number or a text' : (names[data.type ?? ''] ?? '');
  const source = options.plainSource(path);
  const got = describe(value, source);
  const hint = formHint(node, value) ?? hintFor(data.type, value, { source, path });
  return {
    code: 'CALB0111',
    path: [...path],
    at: 'value',
    message: `${formatPath(path)} must be ${expected}, but is ${got}`,
    ...(hint === undefined ? {} : { hint }),
  };
}

/** A number where a text of a certain form is wanted, as `10` for a duration: quotes would not make it right. */
function formHint({ patterns }: SchemaNode, value: unknown): string | undefined {
  if (typeof value !== 'number' && typeof value !== 'boolean') return undefined;
  const broken = patterns.find(({ expression }) => !expression.test(String(value)));
  return broken === undefined ? undefined : hintForPattern(broken.source);
}

function fits(type: string | undefined, value: unknown): boolean {
  switch (type) {
    case 'string':
    case 'boolean':
      return typeof value === type;
    case 'integer':
      return Number.isInteger(value);
    case 'number':
      return Number.isFinite(value);
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    default:
      return true;
  }
}

function fitsIntOrString(value: unknown, format: string | undefined): boolean {
  if (typeof value === 'string') return true;
  return format === 'quantity' ? Number.isFinite(value) : Number.isInteger(value);
}

function describe(value: unknown, source: string | undefined): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  const written = source !== undefined && source !== String(value) ? ` (YAML reads ${source} so)` : '';
  if (typeof value === 'string') return `the text ${formatValue(value)}`;
  return `the ${typeof value === 'boolean' ? 'boolean' : 'number'} ${String(value)}${written}`;
}

function hintFor(
  type: string | undefined,
  value: unknown,
  { source, path }: { source: string | undefined; path: readonly (string | number)[] },
): string | undefined {
  const name = formatPath(path.slice(-1));
  if (value === null) return `write a value after "${name}:", or remove the field`;
  if (type === 'string' && typeof value !== 'object') return `put it in quotes: "${source ?? String(value)}"`;
  if (typeof value === 'string') return hintForText(type, value);
  if (type === 'array') return 'begin each item of the list with "- "';
  if (type === 'object' && Array.isArray(value)) return 'remove the "- ": this is one mapping, not a list';
  return undefined;
}

function hintForText(type: string | undefined, value: string): string | undefined {
  const isNumber = (type === 'integer' || type === 'number') && /^-?\d+(\.\d+)?$/.test(value);
  if (isNumber) return `write ${value} without quotes`;
  if (type === 'boolean' && /^(true|false)$/.test(value)) return `write ${value} without quotes`;
  if (type === 'array') return `write it as a list: - ${value}`;
  return undefined;
}
