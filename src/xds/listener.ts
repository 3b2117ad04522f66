import type { TransportSocketJson } from '../gen/envoy/envoy/config/core/v3/base_pb.js';
import type {
  FilterChainJson,
  ListenerFilterJson,
} from '../gen/envoy/envoy/config/listener/v3/listener_components_pb.js';
import type { ListenerJson } from '../gen/envoy/envoy/config/listener/v3/listener_pb.js';
import type { FilterChain, Listener, TlsTermination } from '../model/listener.ts';
import type { AccessLogSettings } from '../model/tenant.ts';
import { connectionAccessLogs } from './access-log.ts';
import { addressJson } from './address.ts';
import { overAds } from './config-source.ts';
import { connectionManagerJson } from './connection-manager.ts';
import { typedConfig } from './typed-config.ts';

/** What a listener needs to know beside the model. */
export interface ListenerSettings {
  readonly accessLog: AccessLogSettings;
  /** The access log's file, as Envoy sees it. */
  readonly accessLogPath: string;
  /** Report finished requests to the control plane. */
  readonly requestEvents: boolean;
  /** Whether a second Envoy may listen at the same addresses: one of the same tenant, which takes over. */
  readonly sharesListeners: boolean;
}

/** Envoy Gateway's limit of what is buffered for one connection. */
const connectionBufferBytes = 32_768;

/**
 * A listener (LDS). With `enable_reuse_port` a second Envoy on the same address shares its connections without a word
 * instead of failing to bind: only where that one cannot be somebody else's.
 */
export function listenerJson(listener: Listener, settings: ListenerSettings): ListenerJson {
  const [first, ...others] = listener.bind;
  if (first === undefined) throw new Error(`listener ${listener.name} has no address`);
  const encrypted = listener.filterChains.some(({ tls }) => tls !== undefined);
  const logs = connectionAccessLogs(settings.accessLog, settings.accessLogPath);
  return {
    name: listener.name,
    address: addressJson(first),
    ...(others.length > 0 && {
      additional_addresses: others.map((address) => ({ address: addressJson(address) })),
    }),
    ...(encrypted && { listener_filters: [tlsInspector] }),
    filter_chains: listener.filterChains.map((chain) => filterChain(chain, listener, settings)),
    ...(logs.length > 0 && { access_log: logs }),
    enable_reuse_port: settings.sharesListeners,
    per_connection_buffer_limit_bytes: connectionBufferBytes,
    max_connections_to_accept_per_socket_event: 1,
  };
}

/** Reads the server name before a filter chain is chosen by it. */
const tlsInspector: ListenerFilterJson = {
  name: 'envoy.filters.listener.tls_inspector',
  typed_config: typedConfig('filters.listener.tls_inspector.v3.TlsInspector', {}),
};

function filterChain(chain: FilterChain, listener: Listener, settings: ListenerSettings): FilterChainJson {
  const statPrefix = `${chain.tls === undefined ? 'http' : 'https'}-${listener.declaredPort}`;
  return {
    name: chain.name,
    ...(chain.serverNames.length > 0 && { filter_chain_match: { server_names: [...chain.serverNames] } }),
    filters: [
      {
        name: 'envoy.filters.network.http_connection_manager',
        typed_config: typedConfig(
          'filters.network.http_connection_manager.v3.HttpConnectionManager',
          connectionManagerJson({ ...settings, routeTable: chain.routeTable, statPrefix }),
        ),
      },
    ],
    ...(chain.tls && { transport_socket: tlsSocket(chain.tls) }),
  };
}

/** TLS termination with Envoy Gateway's defaults; certificates come over SDS. */
function tlsSocket({ clients, secrets }: TlsTermination): TransportSocketJson {
  return {
    name: 'envoy.transport_sockets.tls',
    typed_config: typedConfig('transport_sockets.tls.v3.DownstreamTlsContext', {
      common_tls_context: {
        tls_params: { tls_minimum_protocol_version: 'TLSv1_2', tls_maximum_protocol_version: 'TLSv1_3' },
        alpn_protocols: ['h2', 'http/1.1'],
        tls_certificate_sds_secret_configs: secrets.map((name) => ({ name, sds_config: overAds })),
        ...(clients && {
          validation_context: {
            trusted_ca: { inline_string: clients.authorities },
            ...(!clients.isRequired && { trust_chain_verification: 'ACCEPT_UNTRUSTED' }),
          },
        }),
      },
      ...(clients && { require_client_certificate: clients.isRequired }),
      disable_stateless_session_resumption: true,
      disable_stateful_session_resumption: true,
    }),
  };
}
