import { type Kind, kinds } from '../../resources/kinds.ts';
import { noSuchResource } from '../kube-status.ts';
import type { ApiCall, JsonReply, Reply } from '../route.ts';
import { servedKinds, verbsOf } from '../served-kind.ts';

/** `GET /api`: versions of the core group; with all their resources where a client wants it in one piece. */
export function listCoreVersions(call: ApiCall): Reply {
  const body = { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] };
  return aggregated(call, ['']) ?? { status: 200, body };
}

/** `GET /apis`: all other groups; with all their resources where a client wants it in one piece. */
export function listApiGroups(call: ApiCall): Reply {
  const names = [...new Set(kinds.map(({ group }) => group))].filter((group) => group !== '').sort();
  const groups = names.map((name) => {
    const versions = versionsOf(name).map((version) => ({ groupVersion: `${name}/${version}`, version }));
    return { name, versions, preferredVersion: versions[0] };
  });
  return aggregated(call, names) ?? { status: 200, body: { kind: 'APIGroupList', apiVersion: 'v1', groups } };
}

/** `GET /api/v1`, `GET /apis/GROUP/VERSION`: the resources of one version. */
export function listApiResources({ params }: ApiCall): Reply {
  const { group = '', version = '' } = params;
  const served = servedKinds(group, version);
  if (served.length === 0) return noSuchResource();
  return {
    status: 200,
    body: {
      kind: 'APIResourceList',
      apiVersion: 'v1',
      groupVersion: group === '' ? version : `${group}/${version}`,
      resources: served.flatMap(plainResources),
    },
  };
}

/** Aggregated discovery (`apidiscovery.k8s.io` v2 and v2beta1), if that is what the client wants most. */
function aggregated({ headers }: ApiCall, groups: readonly string[]): JsonReply | undefined {
  const [first = ''] = String(headers.accept ?? '').split(',');
  const version = /g=apidiscovery\.k8s\.io;v=(v2|v2beta1);as=APIGroupDiscoveryList/.exec(first)?.[1];
  if (version === undefined) return undefined;
  return {
    status: 200,
    contentType: `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`,
    body: {
      kind: 'APIGroupDiscoveryList',
      apiVersion: `apidiscovery.k8s.io/${version}`,
      metadata: {},
      items: groups.map((group) => ({
        metadata: group === '' ? {} : { name: group },
        versions: versionsOf(group).map((served) => ({
          version: served,
          resources: servedKinds(group, served).map((kind) => discoveredResource(kind, served)),
          freshness: 'Current',
        })),
      })),
    },
  };
}

interface Subresource {
  readonly name: string;
  readonly verbs: readonly string[];
  readonly kind?: { readonly group: string; readonly version: string; readonly kind: string };
}

const podSubresources: readonly Subresource[] = [
  { name: 'log', verbs: ['get'] },
  ...['attach', 'exec', 'portforward'].map((name) => ({ name, verbs: ['create', 'get'] })),
];

function subresourcesOf({ kind, source }: Kind): readonly Subresource[] {
  const status: Subresource = { name: 'status', verbs: ['get', 'patch', 'update'] };
  const scale = { group: 'autoscaling', version: 'v1', kind: 'Scale' };
  return [
    ...(source === 'declared' ? [status] : []),
    ...(kind === 'Deployment' ? [{ name: 'scale', verbs: ['get', 'patch', 'update'], kind: scale }] : []),
    ...(kind === 'Pod' ? podSubresources : []),
  ];
}

function namesOf({ categories, shortNames, singular }: Kind) {
  return {
    ...{ singular, short: shortNames.length > 0 ? { shortNames } : {} },
    categories: categories.length > 0 ? { categories } : {},
  };
}

function plainResources(kind: Kind): readonly object[] {
  const { plural, isNamespaced } = kind;
  const { singular, short, categories } = namesOf(kind);
  const own = {
    name: plural,
    singularName: singular,
    namespaced: isNamespaced,
    kind: kind.kind,
    verbs: verbsOf(kind),
  };
  return [
    { ...own, ...short, ...categories },
    ...subresourcesOf(kind).map(({ name, verbs, kind: other }) => ({
      ...{ name: `${plural}/${name}`, singularName: '', namespaced: isNamespaced, kind: kind.kind, verbs },
      ...other,
    })),
  ];
}

function discoveredResource(kind: Kind, version: string): object {
  const { group, plural, isNamespaced } = kind;
  const { singular, short, categories } = namesOf(kind);
  const responseKind = { group, version, kind: kind.kind };
  const subresources = subresourcesOf(kind).map(({ name, verbs, kind: other }) => ({
    ...{ subresource: name, responseKind: other ?? responseKind, verbs },
  }));
  return {
    ...{ resource: plural, responseKind, scope: isNamespaced ? 'Namespaced' : 'Cluster' },
    ...{ singularResource: singular, verbs: verbsOf(kind), ...short, ...categories },
    ...(subresources.length > 0 && { subresources }),
  };
}

/** Versions of a group, the preferred one first. */
function versionsOf(group: string): readonly string[] {
  return [...new Set(kinds.filter((kind) => kind.group === group).flatMap(({ versions }) => versions))];
}
