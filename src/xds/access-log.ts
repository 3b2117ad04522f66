import type {
  AccessLogFilterJson,
  AccessLogJson,
} from '../gen/envoy/envoy/config/accesslog/v3/accesslog_pb.js';
import type { SubstitutionFormatStringJson } from '../gen/envoy/envoy/config/core/v3/substitution_format_string_pb.js';
import type { AccessLog, AccessLogSettings } from '../model/tenant.ts';
import { controlPlaneCluster, requestEventsLogName, requestEventsRuntimeKey } from './names.ts';
import { typedConfig } from './typed-config.ts';

/** Envoy Gateway's default access log: these 24 keys as one JSON object a line. */
const defaultFields: Readonly<Record<string, string>> = {
  start_time: '%START_TIME%',
  method: '%REQ(:METHOD)%',
  'x-envoy-origin-path': '%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%',
  protocol: '%PROTOCOL%',
  response_code: '%RESPONSE_CODE%',
  response_flags: '%RESPONSE_FLAGS%',
  response_code_details: '%RESPONSE_CODE_DETAILS%',
  connection_termination_details: '%CONNECTION_TERMINATION_DETAILS%',
  upstream_transport_failure_reason: '%UPSTREAM_TRANSPORT_FAILURE_REASON%',
  bytes_received: '%BYTES_RECEIVED%',
  bytes_sent: '%BYTES_SENT%',
  duration: '%DURATION%',
  'x-envoy-upstream-service-time': '%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)%',
  'x-forwarded-for': '%REQ(X-FORWARDED-FOR)%',
  'user-agent': '%REQ(USER-AGENT)%',
  'x-request-id': '%REQ(X-REQUEST-ID)%',
  ':authority': '%REQ(:AUTHORITY)%',
  upstream_host: '%UPSTREAM_HOST%',
  upstream_cluster: '%UPSTREAM_CLUSTER%',
  upstream_local_address: '%UPSTREAM_LOCAL_ADDRESS%',
  downstream_local_address: '%DOWNSTREAM_LOCAL_ADDRESS%',
  downstream_remote_address: '%DOWNSTREAM_REMOTE_ADDRESS%',
  requested_server_name: '%REQUESTED_SERVER_NAME%',
  route_name: '%ROUTE_NAME%',
};

/**
 * Reports each finished request to the control plane, at once and one by one. A size of 1 does that and still bounds
 * Envoy's memory when the reader stops (0 does not); the runtime key samples under load.
 */
export function requestEventsLog(): AccessLogJson {
  return {
    name: 'envoy.access_loggers.http_grpc',
    filter: {
      runtime_filter: {
        runtime_key: requestEventsRuntimeKey,
        percent_sampled: { numerator: 100, denominator: 'HUNDRED' },
        use_independent_randomness: true,
      },
    },
    typed_config: typedConfig('access_loggers.grpc.v3.HttpGrpcAccessLogConfig', {
      common_config: {
        log_name: requestEventsLogName,
        transport_api_version: 'V3',
        grpc_service: { envoy_grpc: { cluster_name: controlPlaneCluster } },
        buffer_size_bytes: 1,
        buffer_flush_interval: '0.1s',
      },
    }),
  };
}

/** Access logs of requests, written to the file `path` as Envoy sees it. */
export function requestAccessLogs(settings: AccessLogSettings, path: string): AccessLogJson[] {
  if (settings.type === 'disabled') return [];
  return settings.logs.map((log) => fileLog(log, path, matchFilters(log)));
}

/** The same logs for connections that no filter chain takes, which never become requests. */
export function connectionAccessLogs(settings: AccessLogSettings, path: string): AccessLogJson[] {
  if (settings.type === 'disabled') return [];
  return settings.logs.map((log) => {
    const unmatched: AccessLogFilterJson = { response_flag_filter: { flags: ['NR'] } };
    return fileLog(log, path, [unmatched, ...matchFilters(log)]);
  });
}

function fileLog(log: AccessLog, path: string, filters: readonly AccessLogFilterJson[]): AccessLogJson {
  const [first] = filters;
  return {
    name: 'envoy.access_loggers.file',
    ...(first && { filter: filters.length === 1 ? first : { and_filter: { filters: [...filters] } } }),
    typed_config: typedConfig('access_loggers.file.v3.FileAccessLog', { path, log_format: format(log) }),
  };
}

function matchFilters({ matches }: AccessLog): AccessLogFilterJson[] {
  return matches.map((expression) => ({
    extension_filter: {
      name: 'envoy.access_loggers.extension_filters.cel',
      typed_config: typedConfig('access_loggers.filters.cel.v3.ExpressionFilter', { expression }),
    },
  }));
}

function format({ format }: AccessLog): SubstitutionFormatStringJson {
  switch (format.type) {
    case 'text':
      return { text_format_source: { inline_string: format.text }, ...formatters(format.text) };
    case 'json':
      return { json_format: { ...format.fields }, ...formatters(Object.values(format.fields).join()) };
    case 'default':
      return { json_format: { ...defaultFields } };
  }
}

/** Command operators that are extensions must be named. */
function formatters(text: string): SubstitutionFormatStringJson {
  if (!text.includes('%REQ_WITHOUT_QUERY(')) return {};
  return {
    formatters: [
      {
        name: 'envoy.formatter.req_without_query',
        typed_config: typedConfig('formatter.req_without_query.v3.ReqWithoutQuery', {}),
      },
    ],
  };
}
