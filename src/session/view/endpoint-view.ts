import type { Cluster, Endpoint, Locality } from '../../model/cluster.ts';
import type { ObservedPod } from '../../runtime/runtime.ts';
import { endpointAddress, realAddress } from '../../telemetry/find-endpoint.ts';
import type { ClusterHealth, EndpointHealth } from '../../telemetry/track-health.ts';
import { backendLabel } from './backend-label.ts';
import { waitingWords } from './coming-and-going.ts';
import type { EndpointView } from './instance-view.ts';

/** What decides how an endpoint is, beside what its Envoy said of it. */
export interface EndpointSurroundings {
  /** Whether its Envoy has a configuration and serves. */
  readonly isServing: boolean;
  /** The pod that it is, as observed. */
  readonly pod: ObservedPod | undefined;
  readonly isLeaving: boolean;
}

/** An endpoint that Envoy has. */
export function endpointView(
  cluster: Cluster,
  locality: Locality,
  endpoint: Endpoint,
  known: { readonly health: ClusterHealth | undefined; readonly around: EndpointSurroundings },
): EndpointView {
  const health = known.health?.endpoints.get(endpointAddress(endpoint));
  return {
    declared: endpoint.declared,
    address: realAddress(endpoint),
    ...(endpoint.pod === undefined ? {} : { pod: endpoint.pod }),
    backend: backendLabel(locality.name).replace(/:\d+$/, ''),
    priority: locality.priority,
    weight: locality.weight,
    ejections: health?.ejection?.count ?? 0,
    ...condition(cluster, health, known.around),
  };
}

type Condition = Pick<EndpointView, 'state' | 'sinceMs' | 'ejectedUntilMs' | 'detail'>;

function condition(
  { activeHealthCheck }: Cluster,
  health: EndpointHealth | undefined,
  { isLeaving, isServing, pod }: EndpointSurroundings,
): Condition {
  if (isLeaving) return { state: 'draining', detail: 'gets no new requests and is stopped' };
  if (!isServing) return { state: 'starting', detail: 'its Envoy does not serve yet' };
  const { ejection, failure, checkedAtMs } = health ?? {};
  if (health?.isEjected === true && ejection !== undefined) {
    return {
      state: 'ejected',
      sinceMs: ejection.atMs,
      ejectedUntilMs: ejection.untilMs,
      detail: ejection.reason,
    };
  }
  const since = checkedAtMs === undefined ? {} : { sinceMs: checkedAtMs };
  if (health?.isHealthy === false) {
    return { state: 'unhealthy', ...since, ...(failure === undefined ? {} : { detail: failure }) };
  }
  if (pod?.ready === false) return { state: 'starting', detail: waitingWords(pod) };
  if (activeHealthCheck !== undefined && health?.isHealthy === undefined) {
    return { state: 'starting', detail: 'no health check has passed yet' };
  }
  const returnedAtMs = ejection?.returnedAtMs;
  if (returnedAtMs !== undefined && returnedAtMs > (checkedAtMs ?? 0)) {
    return { state: 'healthy', sinceMs: returnedAtMs };
  }
  return { state: 'healthy', ...since };
}
