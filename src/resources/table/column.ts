import type { KubeObject } from '../resource.ts';
import { formatAge } from './format-age.ts';
import { valuesAt } from './json-path.ts';

/** A column of a table of objects. */
export interface Column {
  /** As Kubernetes has it: `Port(s)`. Headers show it in capitals. */
  readonly name: string;
  readonly type: string;
  /** `name` for the column of the objects' names. */
  readonly format?: string;
  readonly description?: string;
  /** Above 0: in wide output only. */
  readonly priority?: number;
  /** `null`: there is nothing to show. */
  readonly cell: (object: KubeObject, nowMs: number) => string | number | boolean | null;
}

/** What stands for nothing in columns of Kubernetes' own kinds. */
export const none = '<none>';

export const nameColumn: Column = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: 'Name must be unique within a namespace.',
  cell: ({ metadata }) => metadata.name,
};

export const ageColumn: Column = {
  name: 'Age',
  type: 'string',
  description: 'How long ago the object was created.',
  cell: ({ metadata }, nowMs) => ageSince(metadata.creationTimestamp, nowMs),
};

/** How long ago a time was, as kubectl says it. */
export function ageSince(time: unknown, nowMs: number): string {
  const at = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  return Number.isNaN(at) ? '<unknown>' : formatAge(nowMs - at);
}

/** A column that shows all values at a JSONPath, separated by commas. */
export function textColumn(name: string, path: string, absent = none): Column {
  return { name, type: 'string', cell: (object) => joined(object, path) || absent };
}

/** A column that shows a number at a JSONPath. */
export function numberColumn(name: string, path: string, absent = 0): Column {
  return { name, type: 'integer', cell: (object) => numberAt(object, path, absent) };
}

/** The column in wide output only. */
export function wide(column: Column): Column {
  return { ...column, priority: 1 };
}

/** All values at a JSONPath as one text. */
export function joined(object: unknown, path: string): string {
  return valuesAt(object, path).map(String).join(',');
}

export function numberAt(object: unknown, path: string, absent = 0): number {
  const [value] = valuesAt(object, path);
  return typeof value === 'number' ? value : absent;
}

/** `app=web,tier=db`. */
export function labelText(value: unknown): string {
  const pairs = Object.entries(Object(value)).map(([key, label]) => `${key}=${label}`);
  return pairs.length === 0 ? none : pairs.sort().join(',');
}
