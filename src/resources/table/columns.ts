import type { Kind } from '../kinds.ts';
import { builtinColumns } from './builtin-columns.ts';
import { ageColumn, ageSince, type Column, nameColumn } from './column.ts';
import { valuesAt } from './json-path.ts';

const known = new WeakMap<Kind, readonly Column[]>();

/** All columns of a kind in their order: built-in ones for Kubernetes' own, else the CRD's after the name. */
export function columnsOf(kind: Kind): readonly Column[] {
  let columns = known.get(kind);
  if (columns === undefined) {
    columns = builtinColumns[kind.kind] ?? [nameColumn, ...customColumns(kind)];
    known.set(kind, columns);
  }
  return columns;
}

function customColumns({ columns }: Kind): readonly Column[] {
  return columns.length === 0 ? [ageColumn] : columns.map(printerColumn);
}

function printerColumn({ name, type, jsonPath, priority = 0 }: Kind['columns'][number]): Column {
  return {
    ...{ name, type, priority },
    description: `Custom resource definition column from ${jsonPath}`,
    cell(object, nowMs) {
      // Like the API server, which shows the first value only.
      const [value] = valuesAt(object, jsonPath);
      if (value === undefined) return null;
      if (type === 'date') return ageSince(value, nowMs);
      if (typeof value === 'object') return JSON.stringify(value);
      return typeof value === 'number' || typeof value === 'boolean' ? value : String(value);
    },
  };
}
