import type { SnapshotResource } from '../xds/snapshot.ts';
import { WireReader } from './wire/reader.ts';

/** What a listener needs before it can serve, by name. */
export interface ListenerNeeds {
  readonly routeTables: readonly string[];
  readonly secrets: readonly string[];
}

const needs = new WeakMap<SnapshotResource, ListenerNeeds>();

/**
 * Field numbers on the way from a `Listener` to the route tables of its connection managers:
 * filter_chains (or default_filter_chain) . filters . typed_config . value . rds . route_config_name.
 */
const routeTablePaths = [
  [3, 3, 4, 2, 3, 2],
  [25, 3, 4, 2, 3, 2],
] as const;

/**
 * … and to its certificates: filter_chains . transport_socket . typed_config . value . common_tls_context .
 * tls_certificate_sds_secret_configs . name.
 */
const secretPaths = [
  [3, 6, 3, 2, 1, 6, 1],
  [25, 6, 3, 2, 1, 6, 1],
] as const;

/** Route tables and secrets that an encoded listener names. Read once per listener. */
export function listenerNeeds(listener: SnapshotResource): ListenerNeeds {
  const known = needs.get(listener);
  if (known !== undefined) return known;
  const bytes = asBuffer(listener.bytes);
  const found: ListenerNeeds = {
    routeTables: routeTablePaths.flatMap((path) => textsAt(bytes, path)),
    secrets: secretPaths.flatMap((path) => textsAt(bytes, path)),
  };
  needs.set(listener, found);
  return found;
}

/**
 * Field numbers on the way from a `RouteConfiguration` to the clusters of its routes: virtual_hosts . routes . route, and
 * there cluster, weighted_clusters . clusters . name, or request_mirror_policies . cluster.
 */
const clusterPaths = [
  [2, 3, 2, 1],
  [2, 3, 2, 3, 1, 1],
  [2, 3, 2, 30, 1],
] as const;

const clusters = new WeakMap<SnapshotResource, ReadonlySet<string>>();

/** So many names are searched in a table's bytes; for more, the table is read once. */
const maxSearches = 8;

/** Whether an encoded route table sends requests to one of the clusters. */
export function routesToOneOf(table: SnapshotResource, names: readonly string[]): boolean {
  if (names.length > maxSearches) {
    const used = routedClusters(table);
    return names.some((name) => used.has(name));
  }
  // Reading a table of 10,000 routes costs more than searching its bytes for the few clusters that usually warm.
  const bytes = asBuffer(table.bytes);
  return names.some((name) => bytes.includes(textField(name)));
}

function routedClusters(table: SnapshotResource): ReadonlySet<string> {
  const known = clusters.get(table);
  if (known !== undefined) return known;
  const found = new Set(clusterPaths.flatMap((path) => textsAt(asBuffer(table.bytes), path)));
  clusters.set(table, found);
  return found;
}

const textFields = new Map<string, Buffer>();
const maxRememberedTextFields = 10_000;

/** A text as it stands in a message: its length, then its bytes. */
function textField(text: string): Buffer {
  const known = textFields.get(text);
  if (known !== undefined) return known;
  const bytes = Buffer.from(text);
  const length = bytes.length < 0x80 ? [bytes.length] : [(bytes.length % 0x80) | 0x80, bytes.length >> 7];
  const field = Buffer.concat([Buffer.from(length), bytes]);
  if (textFields.size >= maxRememberedTextFields) textFields.clear();
  textFields.set(text, field);
  return field;
}

/** Texts of all fields that a path of field numbers leads to. */
function textsAt(bytes: Buffer, path: readonly number[]): string[] {
  const [wanted = 0, ...rest] = path;
  const texts: string[] = [];
  const reader = new WireReader(bytes);
  try {
    while (reader.hasMore) {
      const tag = reader.tag();
      if (tag !== wanted * 8 + 2) reader.skip(tag);
      else if (rest.length === 0) texts.push(reader.text());
      else texts.push(...textsAt(reader.bytes(), rest));
    }
  } catch (error) {
    // The value of an `Any` of another type happens to be no message at all: it names nothing.
    if (!(error instanceof RangeError)) throw error;
  }
  return texts;
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
