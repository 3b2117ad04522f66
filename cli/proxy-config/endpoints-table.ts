import { backendLabel } from '../../src/session/view/backend-label.ts';
import type { ClusterView, EndpointView, InstanceView } from '../../src/session/view/instance-view.ts';
import { type Json, list, object, text } from './config-dump.ts';

/** An endpoint as its Envoy has it, with what is known of its ejections. */
export interface LiveEndpoint {
  /** `address:port`, or a path. */
  readonly endpoint: string;
  readonly status: 'HEALTHY' | 'UNHEALTHY' | 'DEGRADED' | 'DRAINING' | 'TIMEOUT' | 'REMOVED';
  readonly outlierCheck: 'OK' | 'FAILED';
  /** How often it was ejected since its cluster was made, as far as that is known. */
  readonly ejections: number;
  /** When it may return at the earliest; only while it is ejected. RFC 3339. */
  readonly ejectedUntil?: string;
  readonly priority: number;
  readonly weight: number;
  readonly locality: string;
  readonly requests: { readonly total: number; readonly errors: number };
  readonly cluster: string;
}

/** Endpoints of `/clusters?format=json` (`envoy.admin.v3.Clusters`); ejections are those that the instance has seen. */
export function liveEndpoints(
  clusters: unknown,
  view: InstanceView | undefined,
  tenant: string,
): readonly LiveEndpoint[] {
  const known = view?.tenants.find(({ name }) => name === tenant)?.clusters ?? [];
  return list(object(clusters), 'cluster_statuses').flatMap((cluster) =>
    list(cluster, 'host_statuses').map((host) => readHost(text(cluster, 'name'), host, known)),
  );
}

function readHost(cluster: string, host: Json, known: readonly ClusterView[]): LiveEndpoint {
  const endpoint = addressOf(object(host.address));
  const health = object(host.health_status);
  const seen = seenEndpoint(known, cluster, endpoint);
  const isOut = health.failed_outlier_check === true;
  const untilMs = isOut ? seen?.ejectedUntilMs : undefined;
  return {
    endpoint,
    status: statusOf(health),
    outlierCheck: isOut ? 'FAILED' : 'OK',
    ejections: seen?.ejections ?? 0,
    ...(untilMs === undefined ? {} : { ejectedUntil: new Date(untilMs).toISOString() }),
    priority: Number(host.priority ?? 0),
    weight: Number(host.weight ?? 1),
    locality: text(object(host.locality), 'region'),
    requests: { total: stat(host, 'rq_total'), errors: stat(host, 'rq_error') },
    cluster,
  };
}

function seenEndpoint(
  known: readonly ClusterView[],
  cluster: string,
  endpoint: string,
): EndpointView | undefined {
  const { endpoints = [] } = known.find(({ name }) => name === cluster) ?? {};
  return endpoints.find(({ address }) => address === endpoint);
}

function addressOf({ pipe, socket_address }: Json): string {
  const path = text(object(pipe), 'path');
  if (path !== '') return path;
  const { address, port_value } = object(socket_address);
  const host = String(address ?? '');
  return `${host.includes(':') ? `[${host}]` : host}:${port_value ?? ''}`;
}

function statusOf(health: Json): LiveEndpoint['status'] {
  if (health.pending_dynamic_removal === true) return 'REMOVED';
  if (health.failed_active_health_check === true) {
    return health.active_hc_timeout === true ? 'TIMEOUT' : 'UNHEALTHY';
  }
  if (health.eds_health_status === 'DRAINING') return 'DRAINING';
  if (health.eds_health_status === 'UNHEALTHY') return 'UNHEALTHY';
  const isDegraded = health.failed_degraded_active_health_check ?? health.failed_active_degraded_check;
  return isDegraded === true ? 'DEGRADED' : 'HEALTHY';
}

function stat(host: Json, name: string): number {
  return Number(list(host, 'stats').find((one) => one.name === name)?.value ?? 0);
}

const header = [
  ...[
    'ENDPOINT',
    'BACKEND',
    'STATUS',
    'OUTLIER CHECK',
    'EJECTED',
    'PRIORITY',
    'REQUESTS',
    'ERRORS',
    'CLUSTER',
  ],
];

/** @param nowMs milliseconds since the epoch: how long an ejection still lasts */
export function endpointsTable(
  endpoints: readonly LiveEndpoint[],
  nowMs: number,
): readonly (readonly string[])[] {
  const rows = endpoints.map((endpoint) => [
    endpoint.endpoint,
    endpoint.locality === '' ? '-' : backendLabel(endpoint.locality),
    endpoint.status,
    endpoint.outlierCheck,
    ejectionWords(endpoint, nowMs),
    String(endpoint.priority),
    String(endpoint.requests.total),
    String(endpoint.requests.errors),
    endpoint.cluster,
  ]);
  return [header, ...rows];
}

/** `-`, `2 times`, `now, 8 s left`. */
function ejectionWords({ ejectedUntil, ejections, outlierCheck }: LiveEndpoint, nowMs: number): string {
  if (ejections === 0) return '-';
  const times = ejections === 1 ? 'once' : `${ejections} times`;
  if (outlierCheck === 'OK' || ejectedUntil === undefined) return times;
  const leftSeconds = Math.max(0, Math.ceil((Date.parse(ejectedUntil) - nowMs) / 1000));
  return `${times}, ${leftSeconds} s left`;
}
