import { type Kind, kinds } from '../../resources/kinds.ts';
import { noSuchResource } from '../kube-status.ts';
import type { ApiCall, Reply } from '../route.ts';

/** `GET /api`: versions of the core group. */
export function listCoreVersions(): Reply {
  return { status: 200, body: { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs: [] } };
}

/** `GET /apis`: all other groups. */
export function listApiGroups(): Reply {
  const groups = [...new Set(kinds.map(({ group }) => group))].filter((group) => group !== '').sort();
  return {
    status: 200,
    body: {
      kind: 'APIGroupList',
      apiVersion: 'v1',
      groups: groups.map((name) => {
        const versions = versionsOf(name).map((version) => ({ groupVersion: `${name}/${version}`, version }));
        return { name, versions, preferredVersion: versions[0] };
      }),
    },
  };
}

/** `GET /api/v1`, `GET /apis/GROUP/VERSION`: the resources of one version. */
export function listApiResources({ params }: ApiCall): Reply {
  const { group = '', version = '' } = params;
  const served = kinds.filter((kind) => kind.group === group && kind.versions.includes(version));
  if (served.length === 0) return noSuchResource();
  return {
    status: 200,
    body: {
      kind: 'APIResourceList',
      apiVersion: 'v1',
      groupVersion: group === '' ? version : `${group}/${version}`,
      resources: served.flatMap(resourcesOf),
    },
  };
}

function resourcesOf({ plural, singular, isNamespaced, kind, shortNames }: Kind): object[] {
  const common = { singularName: singular, namespaced: isNamespaced };
  const short = shortNames.length === 0 ? {} : { shortNames };
  const resource = { name: plural, ...common, kind, verbs: ['get', 'list', 'watch'], ...short };
  if (kind !== 'Deployment') return [resource];
  const scale = { group: 'autoscaling', version: 'v1', kind: 'Scale', verbs: ['get', 'patch', 'update'] };
  return [resource, { name: `${plural}/scale`, ...common, singularName: '', ...scale }];
}

/** Versions of a group, the preferred one first. */
function versionsOf(group: string): readonly string[] {
  return [...new Set(kinds.filter((kind) => kind.group === group).flatMap(({ versions }) => versions))];
}
