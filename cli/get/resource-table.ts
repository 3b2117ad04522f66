import type { Kind } from '../../src/resources/kinds.ts';
import type { KubeObject } from '../../src/resources/resource.ts';
import { columnWidths, formatRows } from '../output/table.ts';
import { columnsOf } from './columns.ts';

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
    const { wide } = this.#options;
    const columns = columnsOf(this.#kind, wide).map(({ title }) => title);
    return this.#hasNamespace ? ['NAMESPACE', 'NAME', ...columns] : ['NAME', ...columns];
  }

  #row(object: KubeObject, nowMs: number): readonly string[] {
    const { wide, showsKind } = this.#options;
    const { name, namespace = '' } = object.metadata;
    const cells = columnsOf(this.#kind, wide).map(({ cell }) => cell(object, nowMs));
    const shown = showsKind ? qualifiedName(this.#kind, name) : name;
    return this.#hasNamespace ? [namespace, shown, ...cells] : [shown, ...cells];
  }

  get #hasNamespace(): boolean {
    return this.#options.showsNamespace && this.#kind.isNamespaced;
  }
}
