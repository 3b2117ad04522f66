import { formatValue } from '../issue.ts';
import { formats } from './formats.ts';
import type { SchemaData } from './schema.ts';
import { isRecord, type SchemaWalk } from './walk.ts';

/** Checks `oneOf`, `anyOf`, `allOf` and `not`, which CRDs use to relate fields of one object to each other. */
export function checkAlternatives(walk: SchemaWalk, data: SchemaData, value: unknown): void {
  if (satisfiesCombination(data, value)) return;
  const type = isRecord(value) ? value.type : undefined;
  const about = typeof type === 'string' ? `its type ${formatValue(type)}` : "its kind's schema";
  walk.report('CALB0114', `${walk.where} ${formatValue(value)} does not fit ${about}`, {
    hint: typeof type === 'string' ? `correct the value, or the type ${type}` : 'correct the value',
  });
}

function satisfiesCombination(data: SchemaData, value: unknown): boolean {
  const { oneOf, anyOf, allOf, not } = data;
  if (oneOf && oneOf.filter((part) => satisfies(part, value)).length !== 1) return false;
  // Integer or string is checked as a type, and `allOf` of patterns as patterns.
  if (anyOf && !data.intOrString && !anyOf.some((part) => satisfies(part, value))) return false;
  if (allOf && !data.intOrString && !allOf.every((part) => satisfies(part, value))) return false;
  return not === undefined || !satisfies(not, value);
}

/** Whether a value fits a schema part that stands in a combination: values only, no defaults, no unknown fields. */
function satisfies(data: SchemaData, value: unknown): boolean {
  if (data.enum && !data.enum.includes(value)) return false;
  if (data.type && !hasType(data.type, value)) return false;
  if (typeof value === 'string' && !satisfiesText(data, value)) return false;
  if (typeof value === 'number') {
    if (data.minimum !== undefined && value < data.minimum) return false;
    if (data.maximum !== undefined && value > data.maximum) return false;
  }
  if (isRecord(value)) {
    if (data.required?.some((name) => !Object.hasOwn(value, name))) return false;
    for (const [name, part] of Object.entries(data.properties ?? {})) {
      if (Object.hasOwn(value, name) && !satisfies(part, value[name])) return false;
    }
  }
  return satisfiesCombination(data, value);
}

function satisfiesText(data: SchemaData, text: string): boolean {
  if (data.pattern !== undefined && !new RegExp(data.pattern).test(text)) return false;
  if (data.minLength !== undefined && text.length < data.minLength) return false;
  if (data.maxLength !== undefined && text.length > data.maxLength) return false;
  return data.format === undefined || (formats[data.format]?.test(text) ?? true);
}

function hasType(type: string, value: unknown): boolean {
  if (type === 'integer') return Number.isInteger(value);
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isRecord(value);
  return typeof value === type;
}
