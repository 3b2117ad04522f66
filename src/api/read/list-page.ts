import type { KubeObject } from '../../resources/resource.ts';
import { failure } from '../kube-status.ts';
import type { ApiCall, JsonReply } from '../route.ts';

/** `meta/v1 ListMeta`. */
export interface ListMeta {
  readonly resourceVersion: string;
  /** What a client sends to get the next page; absent after the last one. */
  readonly continue?: string;
  /** How many objects come after this page; left out where a selector leaves some of them out. */
  readonly remainingItemCount?: number;
}

/** Some objects of a list, or all of them. */
export interface ListPage {
  readonly objects: readonly KubeObject[];
  readonly meta: ListMeta;
}

/**
 * The page of a list that a call asks for (`limit`, `continue`, `resourceVersion`, `resourceVersionMatch`): all pages show
 * the objects as they were at the first one.
 */
export function listPage(
  { query, state }: ApiCall,
  kind: string,
  isWanted: (object: KubeObject) => boolean,
): ListPage | JsonReply {
  const token = readToken(query.get('continue') ?? '');
  if (token === undefined) return failure('BadRequest', 'continue key is not valid');
  const now = state.list(kind);
  const current = Number(state.resourceVersion());
  const version = token?.version ?? versionOf(query, current);
  if (typeof version !== 'number') return version;
  const all = version === current ? now : listAt(state, kind, version);
  if (all === undefined) return expired(version);
  const wanted = all.filter(isWanted);
  const rest = token === null ? wanted : wanted.filter((object) => compareKeys(object, token) > 0);
  const limit = Number(query.get('limit') ?? '0');
  const meta = { resourceVersion: String(version) };
  if (!(limit > 0) || rest.length <= limit) return { objects: rest, meta };
  const objects = rest.slice(0, limit);
  const last = objects.at(-1)?.metadata;
  const isSelective = query.has('labelSelector') || query.has('fieldSelector');
  return {
    objects,
    meta: {
      ...meta,
      continue: writeToken({ version, namespace: last?.namespace ?? '', name: last?.name ?? '' }),
      ...(isSelective ? {} : { remainingItemCount: rest.length - limit }),
    },
  };
}

/** The version that a list without `continue` is of: the newest, unless an exact one is asked for. */
function versionOf(query: URLSearchParams, current: number): number | JsonReply {
  const asked = query.get('resourceVersion') ?? '';
  const version = Number(asked);
  if (!/^\d*$/.test(asked)) {
    return failure('BadRequest', `resourceVersion: Invalid value: ${JSON.stringify(asked)}`);
  }
  if (version > current) {
    return failure('Timeout', `Too large resource version: ${asked}, current: ${current}`);
  }
  return version > 0 && query.get('resourceVersionMatch') === 'Exact' ? version : current;
}

function expired(version: number): JsonReply {
  return failure('Expired', `The provided continue parameter or resourceVersion ${version} is too old`);
}

/** The objects as they were: changes since then are taken back. `undefined` when they are not known any more. */
function listAt(state: ApiCall['state'], kind: string, version: number): readonly KubeObject[] | undefined {
  const changes = state.changesSince(kind, version);
  if (changes === undefined) return undefined;
  const objects = new Map(state.list(kind).map((object) => [keyOf(object), object]));
  for (const { object, previous } of [...changes].reverse()) {
    if (previous === undefined) objects.delete(keyOf(object));
    else objects.set(keyOf(previous), previous);
  }
  return [...objects.values()].sort((a, b) =>
    compareKeys(a, { namespace: b.metadata.namespace ?? '', name: b.metadata.name }),
  );
}

interface Key {
  readonly namespace: string;
  readonly name: string;
}

/** Where a page ended. */
interface Token extends Key {
  readonly version: number;
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

/** In the order of lists: by namespace, then name. */
function compareKeys({ metadata }: KubeObject, key: Key): number {
  const namespace = metadata.namespace ?? '';
  if (namespace !== key.namespace) return namespace < key.namespace ? -1 : 1;
  return metadata.name === key.name ? 0 : metadata.name < key.name ? -1 : 1;
}

function writeToken({ version, namespace, name }: Token): string {
  return Buffer.from(JSON.stringify([version, namespace, name])).toString('base64url');
}

/** `null` where there is none; `undefined` for one that was not given here. */
function readToken(text: string): Token | null | undefined {
  if (text === '') return null;
  try {
    const [version, namespace, name]: readonly unknown[] = JSON.parse(
      Buffer.from(text, 'base64url').toString('utf8'),
    );
    if (!Number.isSafeInteger(version) || typeof namespace !== 'string' || typeof name !== 'string') return;
    return { version: version as number, namespace, name };
  } catch {
    return undefined;
  }
}
