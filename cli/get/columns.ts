import type { Kind } from '../../src/resources/kinds.ts';
import type { KubeObject } from '../../src/resources/resource.ts';
import { formatAge } from '../output/duration.ts';
import { coreColumns } from './core-columns.ts';
import { valuesAt } from './json-path.ts';

/** A column of a table of objects. */
export interface Column {
  /** As in the header: `PROGRAMMED`. */
  readonly title: string;
  /** Shown in wide output only. */
  readonly isWide?: boolean;
  readonly cell: (object: KubeObject, nowMs: number) => string;
}

/** The last column of most kinds. */
export const ageColumn: Column = {
  title: 'AGE',
  cell: ({ metadata }, nowMs) => formatAge(nowMs - Date.parse(metadata.creationTimestamp)),
};

/** The columns after NAME that kubectl shows for a kind: built-in ones for Kubernetes' own, else the CRD's. */
export function columnsOf(kind: Kind, wide: boolean): readonly Column[] {
  const own = coreColumns[kind.kind] ?? kind.columns.map(printerColumn);
  const columns = own.length === 0 ? [ageColumn] : own;
  return wide ? columns : columns.filter(({ isWide = false }) => !isWide);
}

function printerColumn({ name, type, jsonPath, priority = 0 }: Kind['columns'][number]): Column {
  return {
    title: name.toUpperCase(),
    isWide: priority > 0,
    cell(object, nowMs) {
      // Like the API server, which shows the first value only.
      const [value] = valuesAt(object, jsonPath);
      if (value === undefined) return '';
      if (type === 'date') return formatAge(nowMs - Date.parse(String(value)));
      return typeof value === 'object' ? JSON.stringify(value) : String(value);
    },
  };
}
