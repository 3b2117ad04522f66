import type { Kind } from '../../src/resources/kinds.ts';
import type { KubeObject } from '../../src/resources/resource.ts';
import { ApiFailure, type InstanceClient } from '../client.ts';
import { apiPath, type Query } from './query.ts';

/** Objects of one kind. */
export interface Found {
  readonly kind: Kind;
  readonly objects: readonly KubeObject[];
}

/** What a query found. */
export interface Result {
  /** By kind, in the order of the query. */
  readonly found: readonly Found[];
  /** What the server said of names that do not exist. */
  readonly missing: readonly string[];
}

interface ObjectList {
  readonly items: readonly KubeObject[];
}

/** Asks an instance for everything that a query names. */
export async function fetchObjects(
  client: InstanceClient,
  { kinds, names, namespace }: Query,
): Promise<Result> {
  const missing: string[] = [];
  const list = async (kind: Kind): Promise<readonly KubeObject[]> =>
    (await client.call<ObjectList>(apiPath(kind, namespace))).items;
  const one = async (kind: Kind, name: string): Promise<readonly KubeObject[]> => {
    try {
      return [await client.call<KubeObject>(apiPath(kind, namespace, name))];
    } catch (error) {
      if (!(error instanceof ApiFailure) || error.reason !== 'NotFound') throw error;
      missing.push(`${error.reason}): ${error.message}`);
      return [];
    }
  };
  const found = await Promise.all(
    kinds.map(async (kind): Promise<Found> => {
      if (names.length === 0) return { kind, objects: await list(kind) };
      return { kind, objects: (await Promise.all(names.map((name) => one(kind, name)))).flat() };
    }),
  );
  return { found, missing: missing.map((text) => `Error from server (${text}`) };
}

/** Namespaces that have objects of these kinds, sorted. */
export async function namespacesWith(
  client: InstanceClient,
  kinds: readonly Kind[],
): Promise<readonly string[]> {
  const lists = await Promise.all(
    kinds
      .filter(({ isNamespaced }) => isNamespaced)
      .map(async (kind) => (await client.call<ObjectList>(apiPath(kind, undefined))).items),
  );
  return [...new Set(lists.flat().map(({ metadata }) => metadata.namespace ?? ''))].sort();
}
