import type { TenantConfiguration } from '../../src/api/tenant-configuration.ts';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import type { KubeObject } from '../../src/resources/resource.ts';
import type { DeclaredText } from '../../src/session/objects/declared-text.ts';
import type {
  ClusterView,
  InstanceView,
  RouteView,
  TenantView,
} from '../../src/session/view/instance-view.ts';
import type { RequestEvent } from '../tui/model/meter.ts';
import type { TimelineEntry } from '../tui/model/timeline.ts';

/** Everything that is known of one object. */
export interface DetailFacts {
  /** `Kind/namespace/name` or `Kind/name`. */
  readonly ref: string;
  /** With its status; `undefined`: there is none of that name. */
  readonly object: KubeObject | undefined;
  /** What stands in its file. */
  readonly declared: DeclaredText | undefined;
  /** What holds of it now. */
  readonly diagnostics: readonly Diagnostic[];
  /** What it became: routes and clusters of tenants. */
  readonly became: readonly Became[];
  readonly configuration: TenantConfiguration | undefined;
  /** The latest requests that it took part in, oldest first. */
  readonly requests: readonly RequestEvent[];
  /** What happened to it, oldest first. */
  readonly history: readonly TimelineEntry[];
  readonly nowMs: number;
}

/** The part of a tenant's configuration that comes from an object. */
export interface Became {
  readonly tenant: TenantView;
  readonly routes: readonly RouteView[];
  readonly clusters: readonly ClusterView[];
}

/** Routes and clusters that come from an object, or lead to it. */
export function becameOf(view: InstanceView, ref: string): readonly Became[] {
  const [kind = '', ...names] = ref.split('/');
  return view.tenants.flatMap((tenant) => {
    const clusters = tenant.clusters.filter((cluster) => isOf(cluster, kind, names));
    const clusterNames = new Set(clusters.map(({ name }) => name));
    const routes = tenant.routes.filter(
      ({ resource, action }) =>
        resource === ref ||
        (kind !== 'HTTPRoute' &&
          kind !== 'GRPCRoute' &&
          action.type === 'forward' &&
          action.backends.some(({ cluster }) => cluster !== null && clusterNames.has(cluster))),
    );
    const reached = new Set(
      routes.flatMap(({ action }) =>
        action.type === 'forward' ? action.backends.map(({ cluster }) => cluster) : [],
      ),
    );
    const all = tenant.clusters.filter(
      (cluster) => clusterNames.has(cluster.name) || reached.has(cluster.name),
    );
    return routes.length + all.length === 0 ? [] : [{ tenant, routes, clusters: all }];
  });
}

function isOf(cluster: ClusterView, kind: string, names: readonly string[]): boolean {
  const [namespace = '', name = ''] = names;
  const isBackend = ({ backend }: ClusterView['endpoints'][number]) => backend === `${name}.${namespace}`;
  switch (kind) {
    case 'Service':
    case 'Backend':
    case 'CycloudBackend':
      return cluster.endpoints.some(isBackend);
    case 'Deployment':
      return cluster.endpoints.some(({ deployment }) => deployment === `${namespace}/${name}`);
    case 'Pod':
      return cluster.endpoints.some(({ pod }) => pod === `${namespace}/${name}`);
    default:
      return (
        cluster.resource === names.join('/') || cluster.resource.startsWith(`${kind}/${names.join('/')}`)
      );
  }
}

/** Whether a request took part in what an object became. */
export function concernsRequest(became: readonly Became[], request: RequestEvent): boolean {
  return became.some(
    ({ tenant, routes, clusters }) =>
      tenant.name === request.tenant &&
      (routes.some(({ name }) => name === request.route) ||
        clusters.some(({ name }) => name === request.cluster)),
  );
}

/** Whether an entry of the timeline is about an object or what it became. */
export function concernsEntry(ref: string, became: readonly Became[], entry: TimelineEntry): boolean {
  const [, ...names] = ref.split('/');
  const name = names.join('/');
  if (entry.about.some((about) => about === ref || about === name)) return true;
  return became.some(
    ({ tenant, routes, clusters }) =>
      tenant.name === entry.tenant &&
      entry.about.some(
        (about) =>
          routes.some((route) => route.name === about) ||
          clusters.some(({ endpoints }) =>
            endpoints.some(({ declared, pod }) => declared === about || pod === about),
          ),
      ),
  );
}
