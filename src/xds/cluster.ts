import type { CircuitBreakersJson } from '../gen/envoy/envoy/config/cluster/v3/circuit_breaker_pb.js';
import type { ClusterJson } from '../gen/envoy/envoy/config/cluster/v3/cluster_pb.js';
import type { TransportSocketJson } from '../gen/envoy/envoy/config/core/v3/base_pb.js';
import type { HttpProtocolOptionsJson as CommonHttpOptionsJson } from '../gen/envoy/envoy/config/core/v3/protocol_pb.js';
import type { Cluster } from '../model/cluster.ts';
import { overAds } from './config-source.ts';
import { defined } from './defined.ts';
import { duration, optionalDuration } from './duration.ts';
import { healthCheckJson } from './health-check.ts';
import { loadBalancingPolicyJson } from './load-balancing.ts';
import { outlierDetectionJson } from './outlier-detection.ts';
import { typedConfig } from './typed-config.ts';
import { upstreamTlsSocket } from './upstream-tls.ts';

/** Envoy Gateway's limit of what is buffered for one upstream connection. */
const connectionBufferBytes = 32_768;

/** Envoy Gateway allows as many parallel retries as requests, so that a rollout does not exhaust them. */
const maxRetries = 1024;

/**
 * A cluster (CDS) without its endpoints, which come over EDS. `eventLogPath` is the file, as Envoy sees it, that takes
 * health-check events.
 */
export function clusterJson(cluster: Cluster, eventLogPath: string): ClusterJson {
  const { activeHealthCheck, outlierDetection } = cluster;
  const options = protocolOptions(cluster);
  const common = commonLoadBalancing(cluster);
  return {
    name: cluster.name,
    type: 'EDS',
    // A cluster that changes must not wait the default of 15 s, should its endpoints ever not be sent again with it.
    eds_cluster_config: { eds_config: { ...overAds, initial_fetch_timeout: '0.5s' } },
    connect_timeout: duration(cluster.connectTimeoutMs),
    per_connection_buffer_limit_bytes: connectionBufferBytes,
    // An endpoint that is no longer listed is gone at once, whatever its health was.
    ignore_health_on_host_removal: true,
    ...(Object.keys(common).length > 0 && { common_lb_config: common }),
    load_balancing_policy: loadBalancingPolicyJson(cluster.loadBalancer),
    circuit_breakers: circuitBreakers(cluster),
    ...(activeHealthCheck && { health_checks: [healthCheckJson(activeHealthCheck, eventLogPath)] }),
    ...(outlierDetection && { outlier_detection: outlierDetectionJson(outlierDetection) }),
    ...transportSocket(cluster),
    ...(options && {
      typed_extension_protocol_options: { 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': options },
    }),
    ...(cluster.tcpKeepalive && {
      upstream_connection_options: { tcp_keepalive: keepalive(cluster.tcpKeepalive) },
    }),
  };
}

function commonLoadBalancing({ panicThresholdPercent, updateMergeWindowMs }: Cluster) {
  return defined({
    healthy_panic_threshold:
      panicThresholdPercent === undefined ? undefined : { value: panicThresholdPercent },
    update_merge_window: optionalDuration(updateMergeWindowMs),
  });
}

function circuitBreakers({ circuitBreaker }: Cluster): CircuitBreakersJson {
  const { perEndpointMaxConnections } = circuitBreaker;
  return {
    thresholds: [
      defined({
        max_connections: circuitBreaker.maxConnections,
        max_pending_requests: circuitBreaker.maxPendingRequests,
        max_requests: circuitBreaker.maxParallelRequests,
        max_retries: circuitBreaker.maxParallelRetries ?? maxRetries,
      }),
    ],
    ...(perEndpointMaxConnections !== undefined && {
      per_host_thresholds: [{ max_connections: perEndpointMaxConnections }],
    }),
  };
}

function keepalive({ probes, idleSeconds, intervalSeconds }: NonNullable<Cluster['tcpKeepalive']>) {
  return defined({
    keepalive_probes: probes,
    keepalive_time: idleSeconds,
    keepalive_interval: intervalSeconds,
  });
}

/** Plain text needs none. PROXY protocol comes before all that is said over TLS. */
function transportSocket({ protocol, proxyProtocol, tls }: Cluster): {
  readonly transport_socket?: TransportSocketJson;
} {
  const inner = tls && upstreamTlsSocket(tls, protocol);
  if (proxyProtocol === undefined) return inner === undefined ? {} : { transport_socket: inner };
  return { transport_socket: proxyProtocolSocket(proxyProtocol, inner ?? rawBuffer) };
}

const rawBuffer: TransportSocketJson = {
  name: 'envoy.transport_sockets.raw_buffer',
  typed_config: typedConfig('transport_sockets.raw_buffer.v3.RawBuffer', {}),
};

function proxyProtocolSocket(version: 'v1' | 'v2', inner: TransportSocketJson): TransportSocketJson {
  return {
    name: 'envoy.transport_sockets.upstream_proxy_protocol',
    typed_config: typedConfig('transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport', {
      config: { version: version === 'v1' ? 'V1' : 'V2' },
      transport_socket: inner,
    }),
  };
}

/** Absent where HTTP/1.1 with Envoy's defaults is meant. */
function protocolOptions(cluster: Cluster) {
  const { circuitBreaker, httpLimits, protocol } = cluster;
  const common: CommonHttpOptionsJson = defined({
    idle_timeout: optionalDuration(httpLimits.connectionIdleTimeoutMs),
    max_connection_duration: optionalDuration(httpLimits.maxConnectionDurationMs),
    max_stream_duration: optionalDuration(httpLimits.maxStreamDurationMs),
    max_requests_per_connection: circuitBreaker.maxRequestsPerConnection,
  });
  const limited = Object.keys(common).length > 0;
  if (protocol === 'http1' && !limited) return undefined;
  return typedConfig('upstreams.http.v3.HttpProtocolOptions', {
    ...(limited && { common_http_protocol_options: common }),
    explicit_http_config:
      protocol === 'http2' ? { http2_protocol_options: http2Windows } : { http_protocol_options: {} },
  });
}

/** Envoy Gateway's flow-control windows towards backends. */
const http2Windows = { initial_stream_window_size: 65_536, initial_connection_window_size: 1_048_576 };
