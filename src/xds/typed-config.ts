import type { AnyJson } from '@bufbuild/protobuf/wkt';
import type { FileAccessLogJson } from '../gen/envoy/envoy/extensions/access_loggers/file/v3/file_pb.js';
import type { ExpressionFilterJson } from '../gen/envoy/envoy/extensions/access_loggers/filters/cel/v3/cel_pb.js';
import type { HttpGrpcAccessLogConfigJson } from '../gen/envoy/envoy/extensions/access_loggers/grpc/v3/als_pb.js';
import type { CorsJson, CorsPolicyJson } from '../gen/envoy/envoy/extensions/filters/http/cors/v3/cors_pb.js';
import type { HTTPFaultJson } from '../gen/envoy/envoy/extensions/filters/http/fault/v3/fault_pb.js';
import type { HeaderMutationJson } from '../gen/envoy/envoy/extensions/filters/http/header_mutation/v3/header_mutation_pb.js';
import type { LocalRateLimitJson } from '../gen/envoy/envoy/extensions/filters/http/local_ratelimit/v3/local_rate_limit_pb.js';
import type { RouterJson } from '../gen/envoy/envoy/extensions/filters/http/router/v3/router_pb.js';
import type { UpstreamCodecJson } from '../gen/envoy/envoy/extensions/filters/http/upstream_codec/v3/upstream_codec_pb.js';
import type { TlsInspectorJson } from '../gen/envoy/envoy/extensions/filters/listener/tls_inspector/v3/tls_inspector_pb.js';
import type { HttpConnectionManagerJson } from '../gen/envoy/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.js';
import type { ReqWithoutQueryJson } from '../gen/envoy/envoy/extensions/formatter/req_without_query/v3/req_without_query_pb.js';
import type { HealthCheckEventFileSinkJson } from '../gen/envoy/envoy/extensions/health_check/event_sinks/file/v3/file_pb.js';
import type { LeastRequestJson } from '../gen/envoy/envoy/extensions/load_balancing_policies/least_request/v3/least_request_pb.js';
import type { MaglevJson } from '../gen/envoy/envoy/extensions/load_balancing_policies/maglev/v3/maglev_pb.js';
import type { RandomJson } from '../gen/envoy/envoy/extensions/load_balancing_policies/random/v3/random_pb.js';
import type { RoundRobinJson } from '../gen/envoy/envoy/extensions/load_balancing_policies/round_robin/v3/round_robin_pb.js';
import type { DownstreamConnectionsConfigJson } from '../gen/envoy/envoy/extensions/resource_monitors/downstream_connections/v3/downstream_connections_pb.js';
import type { PreviousHostsPredicateJson } from '../gen/envoy/envoy/extensions/retry/host/previous_hosts/v3/previous_hosts_pb.js';
import type { PreviousPrioritiesConfigJson } from '../gen/envoy/envoy/extensions/retry/priority/previous_priorities/v3/previous_priorities_config_pb.js';
import type { ProxyProtocolUpstreamTransportJson } from '../gen/envoy/envoy/extensions/transport_sockets/proxy_protocol/v3/upstream_proxy_protocol_pb.js';
import type { RawBufferJson } from '../gen/envoy/envoy/extensions/transport_sockets/raw_buffer/v3/raw_buffer_pb.js';
import type {
  DownstreamTlsContextJson,
  UpstreamTlsContextJson,
} from '../gen/envoy/envoy/extensions/transport_sockets/tls/v3/tls_pb.js';
import type { HttpProtocolOptionsJson } from '../gen/envoy/envoy/extensions/upstreams/http/v3/http_protocol_options_pb.js';
import { typePrefix } from './wire/well-known.ts';

/** Extension configurations that are put into `Any`s, by their names below `envoy.extensions.`. */
interface Extensions {
  'access_loggers.file.v3.FileAccessLog': FileAccessLogJson;
  'access_loggers.filters.cel.v3.ExpressionFilter': ExpressionFilterJson;
  'access_loggers.grpc.v3.HttpGrpcAccessLogConfig': HttpGrpcAccessLogConfigJson;
  'filters.http.cors.v3.Cors': CorsJson;
  'filters.http.cors.v3.CorsPolicy': CorsPolicyJson;
  'filters.http.fault.v3.HTTPFault': HTTPFaultJson;
  'filters.http.header_mutation.v3.HeaderMutation': HeaderMutationJson;
  'filters.http.local_ratelimit.v3.LocalRateLimit': LocalRateLimitJson;
  'filters.http.router.v3.Router': RouterJson;
  'filters.http.upstream_codec.v3.UpstreamCodec': UpstreamCodecJson;
  'filters.listener.tls_inspector.v3.TlsInspector': TlsInspectorJson;
  'filters.network.http_connection_manager.v3.HttpConnectionManager': HttpConnectionManagerJson;
  'formatter.req_without_query.v3.ReqWithoutQuery': ReqWithoutQueryJson;
  'health_check.event_sinks.file.v3.HealthCheckEventFileSink': HealthCheckEventFileSinkJson;
  'load_balancing_policies.least_request.v3.LeastRequest': LeastRequestJson;
  'load_balancing_policies.maglev.v3.Maglev': MaglevJson;
  'load_balancing_policies.random.v3.Random': RandomJson;
  'load_balancing_policies.round_robin.v3.RoundRobin': RoundRobinJson;
  'resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig': DownstreamConnectionsConfigJson;
  'retry.host.previous_hosts.v3.PreviousHostsPredicate': PreviousHostsPredicateJson;
  'retry.priority.previous_priorities.v3.PreviousPrioritiesConfig': PreviousPrioritiesConfigJson;
  'transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport': ProxyProtocolUpstreamTransportJson;
  'transport_sockets.raw_buffer.v3.RawBuffer': RawBufferJson;
  'transport_sockets.tls.v3.DownstreamTlsContext': DownstreamTlsContextJson;
  'transport_sockets.tls.v3.UpstreamTlsContext': UpstreamTlsContextJson;
  'upstreams.http.v3.HttpProtocolOptions': HttpProtocolOptionsJson;
}

/** An extension's configuration as an `Any`, its type checked. */
export function typedConfig<Name extends keyof Extensions>(name: Name, config: Extensions[Name]): AnyJson {
  return { '@type': `${typePrefix}envoy.extensions.${name}`, ...config } as AnyJson;
}
