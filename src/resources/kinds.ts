import { kindData, knownKinds } from './schema/kind-data.ts';
import type { KindData, PrinterColumn } from './schema/schema.ts';

/** A kind as commands and the API name it. */
export interface Kind {
  /** `''` for the core group. */
  readonly group: string;
  /** Served versions; objects are kept in the first one. */
  readonly versions: readonly string[];
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  /** Words that stand for several kinds at once: `all`, `gateway-api`. */
  readonly categories: readonly string[];
  readonly isNamespaced: boolean;
  /** `declared`: from files; `listed`: made by the simulator, shown but never read from files (pods). */
  readonly source: 'declared' | 'listed';
  /** Columns after NAME; empty where `get` has its own. */
  readonly columns: readonly PrinterColumn[];
}

const listed: readonly Kind[] = [
  { ...listedKind('Pod', ''), shortNames: ['po'], categories: ['all'] },
  { ...listedKind('ReplicaSet', 'apps'), shortNames: ['rs'], categories: ['all'] },
  {
    ...listedKind('CustomResourceDefinition', 'apiextensions.k8s.io'),
    shortNames: ['crd', 'crds'],
    isNamespaced: false,
  },
  { ...listedKind('Node', ''), shortNames: ['no'], isNamespaced: false },
  { ...listedKind('Event', ''), shortNames: ['ev'] },
];

/** Every kind that is served, in the order in which `get all` lists them. */
export const kinds: readonly Kind[] = [...kindData.map(toKind), ...listed];

const byName = new Map<string, Kind>();
for (const kind of kinds) {
  const { group, versions, plural, singular, shortNames } = kind;
  for (const name of [plural, singular, ...shortNames]) {
    byName.set(name, kind);
    byName.set(`${name}.${group}`, kind);
    for (const version of versions) byName.set(`${name}.${version}.${group}`, kind);
  }
}

/** The kind of a name as a person types it: plural, singular, short, any case, with or without `.group`. */
export function findKind(name: string): Kind | undefined {
  return byName.get(name.toLowerCase());
}

/** Every name that {@link findKind} takes, without groups: for suggestions. */
export function kindNames(): readonly string[] {
  return kinds.flatMap(({ plural, singular, shortNames }) => [plural, singular, ...shortNames]);
}

/** What is known of a `kind` in a `group`. */
export type KnownKind =
  | { readonly type: 'simulated'; readonly data: KindData }
  /** Of Kubernetes, Gateway API or Envoy Gateway, but without effect here. */
  | { readonly type: 'not-simulated' }
  | { readonly type: 'unknown' };

const simulated = new Map(kindData.map((data) => [`${data.group}/${data.kind}`, data]));
const notSimulated = new Set(knownKinds.map(({ group, kind }) => `${group}/${kind}`));

/** Looks a kind up by group and name, whatever its version. */
export function lookUpKind(group: string, kind: string): KnownKind {
  const data = simulated.get(`${group}/${kind}`);
  if (data !== undefined) return { type: 'simulated', data };
  return { type: notSimulated.has(`${group}/${kind}`) ? 'not-simulated' : 'unknown' };
}

/** Whether some known kind is in this group. */
export function isKnownGroup(group: string): boolean {
  return knownKinds.some((known) => known.group === group) || group === 'loadbalancing.cycloud.jp';
}

/** `group/version kind` pairs of every known kind of this name, for suggestions. */
export function apiVersionsOf(kind: string): readonly string[] {
  const ours = kindData.filter((data) => data.kind === kind);
  const found = ours.length > 0 ? ours : knownKinds.filter((known) => known.kind === kind);
  return found.flatMap(({ group, versions }) =>
    versions.map((version) => (group === '' ? version : `${group}/${version}`)),
  );
}

/** Names of all known kinds, simulated ones first. */
export function allKindNames(): readonly string[] {
  return [...new Set([...kindData, ...knownKinds].map(({ kind }) => kind))];
}

function toKind(data: KindData): Kind {
  const { group, versions, kind, plural, singular, shortNames, categories, namespaced, columns } = data;
  const names = { group, versions, kind, plural, singular, shortNames, categories };
  return { ...names, isNamespaced: namespaced, source: 'declared', columns };
}

function listedKind(kind: string, group: string): Kind {
  const singular = kind.toLowerCase();
  const names = {
    group,
    versions: ['v1'],
    kind,
    plural: `${singular}s`,
    singular,
    shortNames: [],
    categories: [],
  };
  return { ...names, isNamespaced: true, source: 'listed', columns: [] };
}
