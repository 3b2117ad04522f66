import type { SchemaNode } from './compile.ts';
import { isRecord } from './walk.ts';

/**
 * A checked value as CEL sees it: whole numbers are `int` (BigInt), and names of fields that are CEL keywords or no
 * identifiers are escaped (`namespace` is `__namespace__`). Keys of maps stay as they are.
 */
export function toCel(node: SchemaNode | undefined, value: unknown): unknown {
  if (typeof value === 'number') {
    const isDouble = node?.data.type === 'number' || !Number.isInteger(value);
    return isDouble ? value : BigInt(value);
  }
  if (Array.isArray(value)) return value.map((item) => toCel(node?.items, item));
  if (!isRecord(value)) return value;
  const result: Record<string, unknown> = {};
  for (const [key, child] of Object.entries(value)) {
    const property = node?.properties?.get(key);
    const name = property === undefined ? key : escapeName(key);
    if (name !== '__proto__') result[name] = toCel(property ?? node?.additionalProperties, child);
  }
  return result;
}

const keywords = new Set(
  (
    'true false null in as break const continue else for function if import let loop package namespace return var ' +
    'void while'
  ).split(' '),
);

/** How a field is called in CEL (k8s.io/apiserver/pkg/cel/escaping.go). */
export function escapeName(name: string): string {
  if (keywords.has(name)) return `__${name}__`;
  if (/^[A-Za-z_]\w*$/.test(name) && !name.includes('__')) return name;
  return name
    .replaceAll('__', '__underscores__')
    .replaceAll('.', '__dot__')
    .replaceAll('-', '__dash__')
    .replaceAll('/', '__slash__');
}
