/** What Envoy's active health checker says about one endpoint. */
export interface HealthCheckEvent {
  readonly kind: 'health-check';
  /**
   * `failed`: a check failed; `unhealthy`: enough of them did, the endpoint gets no more requests; `healthy`: enough
   * checks passed, it gets requests.
   */
  readonly type: 'failed' | 'unhealthy' | 'healthy' | 'passed' | 'degraded' | 'no-longer-degraded';
  readonly clusterName: string;
  /** `address:port`, real; the path of a unix socket. */
  readonly address: string;
  /** Milliseconds since the epoch. */
  readonly timeMs: number;
  /** Whether it was the first check of the endpoint since the cluster was made. */
  readonly isFirstCheck: boolean;
  /** `active`: an answer that was not expected; `network`: no connection; `network_timeout`: no answer in time. */
  readonly failureType?: string;
  /** Where there was an HTTP answer. */
  readonly httpStatus?: number;
}

/** What Envoy's outlier detection (passive health checking) says about one endpoint. */
export interface OutlierEvent {
  readonly kind: 'outlier';
  readonly action: 'ejected' | 'returned';
  /** Envoy's detector in lower case: `consecutive_5xx`. */
  readonly reason: string;
  readonly clusterName: string;
  readonly address: string;
  readonly timeMs: number;
  /** How many times it was ejected so far. */
  readonly ejections: number;
  /** `false`: the detector only counts, the endpoint stays. */
  readonly isEnforced: boolean;
}

export type HealthEvent = HealthCheckEvent | OutlierEvent;

type Json = Readonly<Record<string, unknown>>;

/**
 * Reads a line of Envoy's health-check or outlier event log (`envoy.data.core.v3.HealthCheckEvent`,
 * `envoy.data.cluster.v3.OutlierDetectionEvent` in JSON). The two share one file and are told apart by their keys.
 * Anything else is `undefined`: a log's line can be broken, and newer Envoys can know more.
 */
export function parseHealthEvent(line: string): HealthEvent | undefined {
  const json = parseObject(line);
  if (json === undefined) return undefined;
  if ('health_checker_type' in json) return healthCheckEvent(json);
  return 'action' in json ? outlierEvent(json) : undefined;
}

function parseObject(line: string): Json | undefined {
  try {
    return object(JSON.parse(line));
  } catch {
    return undefined;
  }
}

const types: Readonly<Record<string, HealthCheckEvent['type']>> = {
  eject_unhealthy_event: 'unhealthy',
  add_healthy_event: 'healthy',
  health_check_failure_event: 'failed',
  successful_health_check_event: 'passed',
  degraded_healthy_host: 'degraded',
  no_longer_degraded_host: 'no-longer-degraded',
};

function healthCheckEvent(json: Json): HealthCheckEvent | undefined {
  const key = Object.keys(types).find((name) => name in json);
  const type = key === undefined ? undefined : types[key];
  const address = hostAddress(object(json.host));
  const clusterName = text(json.cluster_name);
  if (key === undefined || type === undefined || address === undefined || clusterName === undefined)
    return undefined;
  const details = object(json[key]) ?? {};
  const failureType = text(details.failure_type)?.toLowerCase();
  const httpStatus = Number(details.http_status_code ?? 0);
  return {
    kind: 'health-check',
    ...{ type, clusterName, address, timeMs: timeOf(json) },
    isFirstCheck: details.first_check === true,
    ...(failureType !== undefined && { failureType }),
    ...(httpStatus > 0 && { httpStatus }),
  };
}

function outlierEvent(json: Json): OutlierEvent | undefined {
  const address = text(json.upstream_url);
  const clusterName = text(json.cluster_name);
  const { action } = json;
  if (address === undefined || clusterName === undefined || (action !== 'EJECT' && action !== 'UNEJECT'))
    return undefined;
  return {
    kind: 'outlier',
    action: action === 'EJECT' ? 'ejected' : 'returned',
    // Protobuf leaves out a first enum value, and CONSECUTIVE_5XX is the first.
    reason: (text(json.type) ?? 'CONSECUTIVE_5XX').toLowerCase(),
    ...{ clusterName, address, timeMs: timeOf(json) },
    ejections: Number(json.num_ejections ?? 0),
    isEnforced: json.enforced === true,
  };
}

/** `address:port` of `envoy.config.core.v3.Address`, or a pipe's path. */
function hostAddress(host: Json | undefined): string | undefined {
  const socket = object(host?.socket_address);
  if (socket === undefined) return text(object(host?.pipe)?.path);
  const address = text(socket.address);
  if (address === undefined) return undefined;
  return `${address.includes(':') ? `[${address}]` : address}:${Number(socket.port_value ?? 0)}`;
}

function timeOf({ timestamp }: Json): number {
  const timeMs = Date.parse(text(timestamp) ?? '');
  return Number.isNaN(timeMs) ? 0 : timeMs;
}

function object(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
