import type { BootstrapJson } from '../gen/envoy/envoy/config/bootstrap/v3/bootstrap_pb.js';
import type { ClusterJson } from '../gen/envoy/envoy/config/cluster/v3/cluster_pb.js';
import type { Address } from '../model/address.ts';
import { addressJson } from './address.ts';
import { overAds } from './config-source.ts';
import { controlPlaneCluster } from './names.ts';
import { typedConfig } from './typed-config.ts';

/** What an Envoy must know before it knows anything else. */
export interface BootstrapOptions {
  /** The tenant's name: its identity towards the control plane. */
  readonly tenant: string;
  readonly controlPlane: {
    /** As Envoy sees it. TLS with the same name and token, whatever it is. */
    readonly at: Address;
    /** Proves the identity. The bootstrap holds it: never print it. */
    readonly token: string;
    /** PEM. */
    readonly caCertificate: string;
    /** The name in the control plane's certificate. */
    readonly serverName: string;
  };
  /** Unix socket of the admin interface, as Envoy sees it. */
  readonly adminSocketPath: string;
  /** Who may open that: the admin interface can stop Envoy and shows its configuration. */
  readonly adminSocketMode: number;
  /** File for outlier events, as Envoy sees it. */
  readonly eventLogPath: string;
}

/** Envoy Gateway's limit of connections from clients. */
const maxDownstreamConnections = '50000';

/**
 * The bootstrap of a tenant's Envoy: delta ADS over TLS, everything else from there. It waits for the first listeners
 * and clusters as long as it takes: an empty configuration must never be served.
 */
export function buildBootstrap(options: BootstrapOptions): BootstrapJson {
  const { adminSocketMode, adminSocketPath, controlPlane, eventLogPath, tenant } = options;
  return {
    node: { id: tenant, cluster: tenant },
    admin: { address: { pipe: { path: adminSocketPath, mode: adminSocketMode } } },
    cluster_manager: { outlier_detection: { event_log_path: eventLogPath } },
    dynamic_resources: {
      ads_config: {
        api_type: 'DELTA_GRPC',
        transport_api_version: 'V3',
        set_node_on_first_message_only: true,
        grpc_services: [
          {
            envoy_grpc: {
              cluster_name: controlPlaneCluster,
              retry_policy: { retry_back_off: { base_interval: '0.1s', max_interval: '2s' } },
            },
          },
        ],
      },
      cds_config: { ...overAds, initial_fetch_timeout: '0s' },
      lds_config: { ...overAds, initial_fetch_timeout: '0s' },
    },
    static_resources: { clusters: [controlPlaneJson(controlPlane)] },
    layered_runtime: {
      layers: [
        {
          name: 'static',
          static_layer: {
            // As Envoy Gateway: regular expressions of any size.
            're2.max_program_size.error_level': 4_294_967_295,
            're2.max_program_size.warn_level': 4_294_967_295,
          },
        },
        // Takes what is set while running: the sampling of request events.
        { name: 'admin', admin_layer: {} },
      ],
    },
    overload_manager: {
      resource_monitors: [
        {
          name: 'envoy.resource_monitors.global_downstream_max_connections',
          typed_config: typedConfig(
            'resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig',
            {
              max_active_downstream_connections: maxDownstreamConnections,
            },
          ),
        },
      ],
    },
  };
}

/**
 * The control plane as a cluster. The token is added here, to every request: discovery and access logs need no token of
 * their own, and none is part of what discovery delivers.
 */
function controlPlaneJson({
  at,
  caCertificate,
  serverName,
  token,
}: BootstrapOptions['controlPlane']): ClusterJson {
  return {
    name: controlPlaneCluster,
    type: 'STATIC',
    connect_timeout: '1s',
    load_assignment: {
      cluster_name: controlPlaneCluster,
      endpoints: [{ lb_endpoints: [{ endpoint: { address: addressJson(at) } }] }],
    },
    typed_extension_protocol_options: {
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': typedConfig(
        'upstreams.http.v3.HttpProtocolOptions',
        {
          explicit_http_config: {
            http2_protocol_options: { connection_keepalive: { interval: '10s', timeout: '3s' } },
          },
          http_filters: [
            {
              name: 'envoy.filters.http.header_mutation',
              typed_config: typedConfig('filters.http.header_mutation.v3.HeaderMutation', {
                mutations: {
                  request_mutations: [
                    {
                      append: {
                        header: { key: 'authorization', value: `Bearer ${token}` },
                        append_action: 'OVERWRITE_IF_EXISTS_OR_ADD',
                      },
                    },
                  ],
                },
              }),
            },
            {
              name: 'envoy.filters.http.upstream_codec',
              typed_config: typedConfig('filters.http.upstream_codec.v3.UpstreamCodec', {}),
            },
          ],
        },
      ),
    },
    transport_socket: {
      name: 'envoy.transport_sockets.tls',
      typed_config: typedConfig('transport_sockets.tls.v3.UpstreamTlsContext', {
        sni: serverName,
        common_tls_context: {
          validation_context: {
            trusted_ca: { inline_string: caCertificate },
            match_typed_subject_alt_names: [{ san_type: 'DNS', matcher: { exact: serverName } }],
          },
        },
      }),
    },
  };
}
