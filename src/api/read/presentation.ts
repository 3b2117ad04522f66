import type { Kind } from '../../resources/kinds.ts';
import type { KubeObject } from '../../resources/resource.ts';
import type { Column } from '../../resources/table/column.ts';
import { columnsOf } from '../../resources/table/columns.ts';
import type { ApiCall } from '../route.ts';
import type { ListMeta } from './list-page.ts';
import { objectJson } from './object-json.ts';

/** In which form a client wants objects (`Accept`): as they are, as rows of a table, or their metadata only. */
export interface Presentation {
  one(object: KubeObject, resourceVersion: string): object;
  /** A list as JSON. */
  list(objects: readonly KubeObject[], meta: ListMeta): string;
  /** An object in a watch, as JSON; the first one brings the table's columns. */
  watched(object: KubeObject): string;
}

/** The presentation that a call asks for; the first that is known counts. */
export function presentationOf(call: ApiCall, kind: Kind, apiVersion: string): Presentation {
  const accept = String(call.headers.accept ?? '');
  const form = accept
    .split(',')
    .map((part) => /;\s*as=(\w+)/.exec(part)?.[1] ?? 'Object')
    .find((as) => ['Object', 'Table', 'PartialObjectMetadata', 'PartialObjectMetadataList'].includes(as));
  if (form === 'Table') return table(kind, apiVersion, call.query.get('includeObject'));
  return form === undefined || form === 'Object' ? whole(kind, apiVersion) : metadataOnly();
}

function whole(kind: Kind, apiVersion: string): Presentation {
  const show = (object: KubeObject) =>
    object.apiVersion === apiVersion ? object : { ...object, apiVersion };
  const json = (object: KubeObject) =>
    object.apiVersion === apiVersion ? objectJson(object) : JSON.stringify(show(object));
  return { one: show, list: lister({ kind: `${kind.kind}List`, apiVersion }, json), watched: json };
}

const meta = 'meta.k8s.io/v1';

function metadataOnly(): Presentation {
  const show = ({ metadata }: KubeObject) => ({ kind: 'PartialObjectMetadata', apiVersion: meta, metadata });
  const json = (object: KubeObject) => JSON.stringify(show(object));
  const type = { kind: 'PartialObjectMetadataList', apiVersion: meta };
  return { one: show, list: lister(type, json), watched: json };
}

/** Lists of a type whose items are written like this. */
function lister(type: object, json: (object: KubeObject) => string): Presentation['list'] {
  return (objects, metadata) => {
    const head = JSON.stringify({ ...type, metadata }).slice(0, -1);
    return `${head},"items":[${objects.map(json).join(',')}]}`;
  };
}

/** `meta/v1 Table`: what `kubectl get` prints. */
function table(kind: Kind, apiVersion: string, includeObject: string | null): Presentation {
  const columns = columnsOf(kind);
  const nowMs = Date.now();
  const row = (object: KubeObject) => ({
    cells: columns.map(({ cell }) => cell(object, nowMs)),
    ...rowObject(object, apiVersion, includeObject),
  });
  const make = (objects: readonly KubeObject[], metadata: ListMeta, hasColumns = true) => ({
    kind: 'Table',
    apiVersion: meta,
    metadata,
    columnDefinitions: hasColumns ? columns.map(definition) : null,
    rows: objects.map(row),
  });
  let isFirst = true;
  return {
    one: (object, resourceVersion) => make([object], { resourceVersion }),
    list: (objects, metadata) => JSON.stringify(make(objects, metadata)),
    watched(object) {
      const shown = make([object], { resourceVersion: object.metadata.resourceVersion }, isFirst);
      isFirst = false;
      return JSON.stringify(shown);
    },
  };
}

function definition({ name, type, format = '', description = '', priority = 0 }: Column): object {
  return { name, type, format, description: description === '' ? name : description, priority };
}

function rowObject(object: KubeObject, apiVersion: string, includeObject: string | null): object {
  if (includeObject === 'None') return {};
  if (includeObject === 'Object') return { object: { ...object, apiVersion } };
  return { object: { kind: 'PartialObjectMetadata', apiVersion: meta, metadata: object.metadata } };
}
