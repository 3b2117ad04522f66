import type {
  HttpConnectionManagerJson,
  HttpFilterJson,
} from '../gen/envoy/envoy/extensions/filters/network/http_connection_manager/v3/http_connection_manager_pb.js';
import { requestAccessLogs, requestEventsLog } from './access-log.ts';
import { overAds } from './config-source.ts';
import type { ListenerSettings } from './listener.ts';
import { maxDynamicDescriptors, rateLimitStatPrefix } from './local-rate-limit.ts';
import { httpFilterNames } from './names.ts';
import { typedConfig } from './typed-config.ts';

/** An HTTP connection manager with Envoy Gateway's defaults, its routes over RDS. */
export function connectionManagerJson(
  settings: ListenerSettings & { readonly routeTable: string; readonly statPrefix: string },
): HttpConnectionManagerJson {
  const logs = requestAccessLogs(settings.accessLog, settings.accessLogPath);
  if (settings.requestEvents) logs.unshift(requestEventsLog());
  return {
    stat_prefix: settings.statPrefix,
    rds: { config_source: overAds, route_config_name: settings.routeTable },
    http_filters: httpFilters,
    ...(logs.length > 0 && { access_log: logs }),
    server_header_transformation: 'PASS_THROUGH',
    use_remote_address: true,
    normalize_path: true,
    merge_slashes: true,
    path_with_escaped_slashes_action: 'UNESCAPE_AND_REDIRECT',
    common_http_protocol_options: { headers_with_underscores_action: 'REJECT_REQUEST' },
    http2_protocol_options: {
      max_concurrent_streams: 100,
      initial_stream_window_size: 65_536,
      initial_connection_window_size: 1_048_576,
    },
    upgrade_configs: [{ upgrade_type: 'websocket' }],
  };
}

/**
 * The whole chain, always: what a filter does is said per route. So a policy that comes or goes changes a route table
 * and never the listener, whose connections would have to be drained.
 */
const httpFilters: HttpFilterJson[] = [
  { name: httpFilterNames.fault, typed_config: typedConfig('filters.http.fault.v3.HTTPFault', {}) },
  { name: httpFilterNames.cors, typed_config: typedConfig('filters.http.cors.v3.Cors', {}) },
  {
    name: httpFilterNames.localRateLimit,
    typed_config: typedConfig('filters.http.local_ratelimit.v3.LocalRateLimit', {
      stat_prefix: rateLimitStatPrefix,
      max_dynamic_descriptors: maxDynamicDescriptors,
    }),
  },
  {
    name: httpFilterNames.router,
    typed_config: typedConfig('filters.http.router.v3.Router', { suppress_envoy_headers: true }),
  },
];
