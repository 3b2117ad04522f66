import type { Kind } from '../../src/resources/kinds.ts';
import type { KubeObject } from '../../src/resources/resource.ts';
import type { Column } from '../../src/resources/table/column.ts';
import { columnsOf } from '../../src/resources/table/columns.ts';
import { columnWidths, formatRows } from '../output/table.ts';

/** How objects are listed. */
export interface TableOptions {
  readonly wide: boolean;
  /** Begin with the namespace, where the kind has one. */
  readonly showsNamespace: boolean;
  /** Put the kind before the names: `pod/web`. */
  readonly showsKind: boolean;
}

/** `gateway.gateway.networking.k8s.io/web`, `pod/web`: a name that `get` understands again. */
export function qualifiedName({ singular, group }: Kind, name: string): string {
  return group === '' ? `${singular}/${name}` : `${singular}.${group}/${name}`;
}

/** A table of one kind whose later rows line up with its earlier ones. */
export class ResourceTable {
  readonly #kind: Kind;
  readonly #options: TableOptions;
  #widths: readonly number[] | undefined;

  constructor(kind: Kind, options: TableOptions) {
    this.#kind = kind;
    this.#options = options;
  }

  /** Lines for these objects, newline included; the first ones bring the header. */
  render(objects: readonly KubeObject[], nowMs: number): string {
    const rows = objects.map((object) => this.#row(object, nowMs));
    const all = this.#widths === undefined ? [this.#header(), ...rows] : rows;
    this.#widths = columnWidths(all, this.#widths);
    return `${formatRows(all, this.#widths)}\n`;
  }

  #header(): readonly string[] {
    const titles = this.#columns.map(({ name }) => name.toUpperCase());
    return this.#hasNamespace ? ['NAMESPACE', ...titles] : titles;
  }

  #row(object: KubeObject, nowMs: number): readonly string[] {
    const { name, namespace = '' } = object.metadata;
    const cells = this.#columns.map(({ cell, format }) =>
      format === 'name' && this.#options.showsKind
        ? qualifiedName(this.#kind, name)
        : String(cell(object, nowMs) ?? ''),
    );
    return this.#hasNamespace ? [namespace, ...cells] : cells;
  }

  get #columns(): readonly Column[] {
    const { wide } = this.#options;
    return columnsOf(this.#kind).filter(({ priority = 0 }) => wide || priority === 0);
  }

  get #hasNamespace(): boolean {
    return this.#options.showsNamespace && this.#kind.isNamespaced;
  }
}
