import type { BackendTrafficPolicySpec } from '../../gen/kinds/backend-traffic-policy.ts';
import type { CircuitBreaker, TcpKeepalive, UpstreamHttpLimits } from '../../model/cluster.ts';
import { durationMs } from './duration.ts';

/** Envoy Gateway's, where no policy says otherwise. */
const defaultConnectTimeoutMs = 10_000;
const defaultMaxParallelRetries = 1024;

/** `timeout.tcp.connectTimeout`, milliseconds. */
export function connectTimeoutMs({ timeout }: BackendTrafficPolicySpec): number {
  return durationMs(timeout?.tcp?.connectTimeout) ?? defaultConnectTimeoutMs;
}

/** The parts of `timeout.http` that belong to connections. */
export function upstreamHttpLimits({ timeout }: BackendTrafficPolicySpec): UpstreamHttpLimits {
  return defined({
    connectionIdleTimeoutMs: durationMs(timeout?.http?.connectionIdleTimeout),
    maxConnectionDurationMs: durationMs(timeout?.http?.maxConnectionDuration),
    maxStreamDurationMs: durationMs(timeout?.http?.maxStreamDuration),
  });
}

/** `circuitBreaker`; as many retries as requests unless it says otherwise. */
export function circuitBreaker({ circuitBreaker: spec }: BackendTrafficPolicySpec): CircuitBreaker {
  return {
    ...defined({
      maxConnections: spec?.maxConnections,
      maxPendingRequests: spec?.maxPendingRequests,
      maxParallelRequests: spec?.maxParallelRequests,
      maxRequestsPerConnection: spec?.maxRequestsPerConnection,
      perEndpointMaxConnections: spec?.perEndpoint?.maxConnections,
    }),
    maxParallelRetries: spec?.maxParallelRetries ?? defaultMaxParallelRetries,
  };
}

/** `tcpKeepalive`; whole seconds, as Envoy Gateway passes them on. */
export function tcpKeepalive({ tcpKeepalive: spec }: BackendTrafficPolicySpec): TcpKeepalive | undefined {
  if (spec === undefined) return undefined;
  return defined({
    probes: spec.probes,
    idleSeconds: seconds(spec.idleTime),
    intervalSeconds: seconds(spec.interval),
  });
}

function seconds(duration: string | undefined): number | undefined {
  const ms = durationMs(duration);
  return ms === undefined ? undefined : Math.floor(ms / 1000);
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Leaves out what is not said. */
function defined<T extends object>(values: T): Defined<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
}
