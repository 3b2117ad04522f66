import type { Address, SocketAddress } from './address.ts';
import type { Source } from './source.ts';

/**
 * The set of a rule's backendRefs with the policy in force. Weights, endpoints and priorities are in `localities`
 * (EDS): changing them never touches the cluster itself, so its connections and its health state stay.
 */
export interface Cluster {
  /**
   * What it is: the sorted backends joined with `+` (`service/ns/name/port`, `backend/ns/name`), `@` and the policy
   * in force where there is one. Independent of rule order.
   */
  readonly name: string;
  /** The first route rule that uses it, for diagnostics. */
  readonly source: Source;
  readonly connectTimeoutMs: number;
  /** What the upstream speaks: `http1`, `http2` (prior knowledge: h2c, gRPC). WebSocket is `http1`. */
  readonly protocol: 'http1' | 'http2';
  readonly loadBalancer: LoadBalancer;
  readonly activeHealthCheck?: ActiveHealthCheck;
  readonly outlierDetection?: OutlierDetection;
  /** 0 to 100; absent: Envoy's 50. */
  readonly panicThresholdPercent?: number;
  readonly circuitBreaker: CircuitBreaker;
  /** PROXY protocol sent to the upstream. */
  readonly proxyProtocol?: 'v1' | 'v2';
  /** Absent: plain text. */
  readonly tls?: UpstreamTls;
  readonly tcpKeepalive?: TcpKeepalive;
  readonly httpLimits: UpstreamHttpLimits;
  /** `0` lets health updates act at once; absent: Envoy's 1 s. */
  readonly updateMergeWindowMs?: number;
  readonly localities: readonly Locality[];
}

/** TLS towards the endpoints: what is sent, and what their certificate must be. */
export interface UpstreamTls {
  /** Server name that is asked for. */
  readonly sni: string;
  /** Who may have signed the certificate: PEM texts, or whom Envoy's own system trusts. */
  readonly authorities: { readonly pem: string } | 'system';
  /** One of them must be in the certificate. Never empty. */
  readonly subjectAltNames: readonly { readonly type: 'dns' | 'uri'; readonly value: string }[];
  /** Name of the {@link TlsSecret} that Envoy shows as its own certificate. */
  readonly clientCertificate?: string;
}

/** One backendRef's endpoints in one priority. */
export interface Locality {
  /** `service/ns/name/port` or `backend/ns/name`: Envoy's `region`. */
  readonly name: string;
  /** 0 first; fallback backends are 1. */
  readonly priority: number;
  /** Share among the localities of a priority. */
  readonly weight: number;
  readonly endpoints: readonly Endpoint[];
}

export interface Endpoint {
  readonly address: Address;
  /** Tried when `address` refuses (Happy Eyeballs), e.g. `::1` for `localhost`. */
  readonly alternatives: readonly SocketAddress[];
  /** `host:port` as declared, e.g. `active.team-b.svc.cluster.local:3000`; for a pod of a Service its real address. */
  readonly declared: string;
  /** Host name for health checks, where the declaration has one. */
  readonly hostname?: string;
  /** The server of this machine that `address` leads to, where Envoy cannot dial that itself. */
  readonly hostTarget?: Address;
  /** `namespace/name` of the pod, where the endpoint is exactly one. */
  readonly pod?: string;
}

export interface LoadBalancer {
  readonly type: 'least-request' | 'round-robin' | 'random' | 'maglev';
  /** Maglev only; a prime. */
  readonly tableSize?: number;
  readonly slowStartMs?: number;
}

/** Envoy `core.v3.HealthCheck`; durations in milliseconds. */
export interface ActiveHealthCheck {
  readonly timeoutMs: number;
  readonly intervalMs: number;
  readonly initialJitterMs?: number;
  readonly unhealthyThreshold: number;
  readonly healthyThreshold: number;
  /** Interval while the cluster has had no traffic; absent: Envoy's 60 s. */
  readonly noTrafficIntervalMs?: number;
  readonly check:
    | {
        readonly type: 'http';
        readonly path: string;
        readonly method: string;
        readonly host: string;
        readonly expectedStatuses: readonly number[];
        readonly retriableStatuses: readonly number[];
        readonly expectedResponse?: HealthPayload;
      }
    | { readonly type: 'tcp'; readonly send?: HealthPayload; readonly receive?: HealthPayload }
    | { readonly type: 'grpc'; readonly service?: string };
}

export type HealthPayload =
  | { readonly type: 'text'; readonly text: string }
  /** Base64. */
  | { readonly type: 'binary'; readonly binary: string };

/** Envoy `cluster.v3.OutlierDetection`. A number of 0 for an error kind switches that kind off. */
export interface OutlierDetection {
  readonly intervalMs: number;
  readonly baseEjectionMs: number;
  readonly maxEjectionPercent: number;
  readonly alwaysEjectOneHost: boolean;
  readonly consecutive5xx: number;
  readonly consecutiveGatewayFailure: number;
  readonly consecutiveLocalOriginFailure: number;
  readonly splitExternalLocalOriginErrors: boolean;
  /** Absent: off. */
  readonly failurePercentageThreshold?: number;
}

/** Envoy `CircuitBreakers.Thresholds`; absent values are Envoy's defaults. */
export interface CircuitBreaker {
  readonly maxConnections?: number;
  readonly maxPendingRequests?: number;
  readonly maxParallelRequests?: number;
  readonly maxParallelRetries?: number;
  readonly maxRequestsPerConnection?: number;
  readonly perEndpointMaxConnections?: number;
}

export interface TcpKeepalive {
  readonly probes?: number;
  readonly idleSeconds?: number;
  readonly intervalSeconds?: number;
}

/** BackendTrafficPolicy `timeout.http`, as far as it belongs to the connection; milliseconds. */
export interface UpstreamHttpLimits {
  readonly connectionIdleTimeoutMs?: number;
  readonly maxConnectionDurationMs?: number;
  readonly maxStreamDurationMs?: number;
}
