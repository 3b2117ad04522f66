import type { HTTPRoute } from '../../gen/kinds/http-route.ts';
import type { Source } from '../../model/source.ts';
import type { Resource } from '../../resources/resource.ts';
import { isGrpc } from '../grpc-route.ts';
import type { ClusterDemand, TrafficSettings } from '../rule-backends.ts';
import type { BackendTarget } from './backend-target.ts';

/** Everything that a cluster is made from, whichever rule asked for it. */
export interface ClusterPlan {
  readonly rule: RuleIdentity;
  readonly route: Resource<HTTPRoute>;
  readonly source: Source;
  /** Sorted by id. */
  readonly targets: readonly PlannedTarget[];
  readonly settings: TrafficSettings;
  /** Host header of HTTP health checks where nothing more specific is declared; `*` as in Envoy Gateway. */
  readonly routeHostname: string;
}

/** A backend in a cluster; weight 0 keeps it in the cluster's name but sends it nothing. */
export interface PlannedTarget {
  readonly target: BackendTarget;
  readonly weight: number;
}

/** What decides which of two rules came first. */
export interface RuleIdentity {
  readonly creationTimestamp: string;
  readonly namespace: string;
  readonly name: string;
  readonly ruleIndex: number;
}

/** A demand for one cluster with these backends; the same backend twice counts once, with both weights. */
export function clusterDemand(
  route: Resource<HTTPRoute>,
  ruleIndex: number,
  settings: TrafficSettings,
  wanted: readonly PlannedTarget[],
): ClusterDemand {
  const targets = joined(wanted);
  const { creationTimestamp, namespace = 'default', name } = route.object.metadata;
  const plan: ClusterPlan = {
    rule: { creationTimestamp, namespace, name, ruleIndex },
    route,
    source: { kind: route.object.kind, namespace, name, section: `rule/${ruleIndex}` },
    targets,
    settings,
    routeHostname: route.object.spec.hostnames?.[0] ?? '*',
  };
  // The same backends speak HTTP/1.1 to HTTPRoutes where nothing else is said of them.
  const protocol = isGrpc(route) && targets.some(({ target }) => target.protocol !== 'http2') ? '#grpc' : '';
  const ids = targets.map(({ target }) => target.id).join('+');
  // Gateways that show themselves differently do not share connections.
  const isEncrypted = targets.some(({ target }) => target.tls !== undefined);
  const client = isEncrypted ? (settings.clientCertificate ?? '') : '';
  const shown = client === '' ? '' : `#as-${client.replace('/', '.')}`;
  return {
    key: `${settings.policyName === '' ? ids : `${ids}@${settings.policyName}`}${protocol}${shown}`,
    weighting: targets.map(({ target, weight }) => `${target.id}=${weight}`).join(','),
    plan,
  };
}

/** The plan inside a demand. */
export function planOf({ plan }: ClusterDemand): ClusterPlan {
  // The seam keeps plans opaque; `clusterDemand` is the only one who makes them.
  return plan as ClusterPlan;
}

/** Each backend once, by id, with weights reduced to the smallest whole numbers: 2 and 4 are 1 and 2, one alone is 1. */
function joined(wanted: readonly PlannedTarget[]): readonly PlannedTarget[] {
  const byId = new Map<string, PlannedTarget>();
  for (const { target, weight } of wanted) {
    byId.set(target.id, { target, weight: weight + (byId.get(target.id)?.weight ?? 0) });
  }
  const divisor =
    [...byId.values()].reduce((found, { weight }) => greatestCommonDivisor(found, weight), 0) || 1;
  return [...byId.values()]
    .map(({ target, weight }) => ({ target, weight: weight / divisor }))
    .sort((a, b) => (a.target.id < b.target.id ? -1 : 1));
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
