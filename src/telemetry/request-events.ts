import type { AccessLogEntry } from '../model/access-log-entry.ts';
import type { Tenant } from '../model/tenant.ts';
import type { EventBody } from '../session/events.ts';
import { findEndpoint } from './find-endpoint.ts';

/**
 * A finished request as an event: which endpoint answered, as its author declared it. `sampled` is how many requests it
 * stands for, where not every one is reported.
 */
export function requestEvent(entry: AccessLogEntry, tenant: Tenant | undefined, sampled?: number): EventBody {
  const { method, host, path, status, responseFlags, route, cluster, upstreamAddress, durationMs } = entry;
  const found = tenant === undefined ? undefined : findEndpoint(tenant, cluster, upstreamAddress);
  const pod = found?.endpoint.pod;
  return {
    type: 'Request',
    method,
    host,
    path,
    status,
    responseFlags: responseFlags.join(','),
    route,
    cluster,
    endpoint: found?.endpoint.declared ?? upstreamAddress,
    ...(pod === undefined ? {} : { pod }),
    durationMs,
    ...(sampled === undefined || sampled <= 1 ? {} : { sampled }),
  };
}

/** Whether it is a request at all: a probe of calb-sim's own, or bytes that are no HTTP, has no method. */
export function isRequest(entry: AccessLogEntry): boolean {
  return entry.method !== '' && entry.method !== 'METHOD_UNSPECIFIED';
}
