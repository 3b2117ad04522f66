import type {
  HealthCheck_HttpHealthCheckJson,
  HealthCheck_PayloadJson,
  HealthCheckJson,
} from '../gen/envoy/envoy/config/core/v3/health_check_pb.js';
import type { Int64RangeJson } from '../gen/envoy/envoy/type/v3/range_pb.js';
import type { ActiveHealthCheck, HealthPayload } from '../model/cluster.ts';
import { defined } from './defined.ts';
import { duration, optionalDuration } from './duration.ts';
import { typedConfig } from './typed-config.ts';

type HttpCheck = Extract<ActiveHealthCheck['check'], { readonly type: 'http' }>;

/** An active health check that writes what it finds, every failed probe included, to the file `eventLogPath`. */
export function healthCheckJson(check: ActiveHealthCheck, eventLogPath: string): HealthCheckJson {
  return {
    timeout: duration(check.timeoutMs),
    interval: duration(check.intervalMs),
    unhealthy_threshold: check.unhealthyThreshold,
    healthy_threshold: check.healthyThreshold,
    ...defined({
      initial_jitter: optionalDuration(check.initialJitterMs),
      no_traffic_interval: optionalDuration(check.noTrafficIntervalMs),
      no_traffic_healthy_interval: optionalDuration(check.noTrafficIntervalMs),
    }),
    ...checker(check.check),
    event_logger: [
      {
        name: 'envoy.health_check.event_sinks.file',
        typed_config: typedConfig('health_check.event_sinks.file.v3.HealthCheckEventFileSink', {
          event_log_path: eventLogPath,
        }),
      },
    ],
    always_log_health_check_failures: true,
  };
}

function checker(check: ActiveHealthCheck['check']): HealthCheckJson {
  switch (check.type) {
    case 'http':
      return { http_health_check: httpCheck(check) };
    case 'tcp':
      return {
        tcp_health_check: {
          ...(check.send && { send: payload(check.send) }),
          ...(check.receive && { receive: [payload(check.receive)] }),
        },
      };
    case 'grpc':
      return { grpc_health_check: check.service === undefined ? {} : { service_name: check.service } };
  }
}

function httpCheck(check: HttpCheck): HealthCheck_HttpHealthCheckJson {
  return {
    host: check.host,
    path: check.path,
    method: check.method as NonNullable<HealthCheck_HttpHealthCheckJson['method']>,
    ...(check.expectedStatuses.length > 0 && { expected_statuses: statusRanges(check.expectedStatuses) }),
    ...(check.retriableStatuses.length > 0 && { retriable_statuses: statusRanges(check.retriableStatuses) }),
    ...(check.expectedResponse && { receive: [payload(check.expectedResponse)] }),
  };
}

/** Envoy wants text payloads in hexadecimal. */
function payload(value: HealthPayload): HealthCheck_PayloadJson {
  if (value.type === 'binary') return { binary: value.binary };
  return { text: Buffer.from(value.text).toString('hex') };
}

/** Status codes as half-open ranges, neighbours joined: 200, 201, 204 is [200, 202), [204, 205). */
function statusRanges(statuses: readonly number[]): Int64RangeJson[] {
  const ranges: { start: number; end: number }[] = [];
  for (const status of [...new Set(statuses)].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last?.end === status) last.end += 1;
    else ranges.push({ start: status, end: status + 1 });
  }
  return ranges.map(({ start, end }) => ({ start: String(start), end: String(end) }));
}
