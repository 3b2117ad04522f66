import type { AccessLogEntry } from '../model/access-log-entry.ts';
import type { Tenant } from '../model/tenant.ts';
import type { EventBody } from '../session/events.ts';
import { findCluster, findEndpoint, podOf } from './find-endpoint.ts';

/**
 * A finished request for the event stream, with the endpoint that answered as it was declared. `percent` is the share of
 * requests that Envoy reports at the moment.
 */
export function describeRequest(
  entry: AccessLogEntry,
  tenant: Tenant | undefined,
  percent = 100,
): Extract<EventBody, { type: 'Request' }> {
  const { cluster, upstreamAddress } = entry;
  const found = tenant && findEndpoint(findCluster(tenant, cluster), upstreamAddress);
  return {
    type: 'Request',
    method: entry.method,
    host: entry.host,
    path: entry.path,
    status: entry.status,
    responseFlags: entry.responseFlags.join(','),
    route: entry.route,
    cluster,
    endpoint: found?.declared ?? upstreamAddress,
    ...podOf(found),
    durationMs: Math.round(entry.durationMs * 100) / 100,
    ...(percent < 100 && { sampled: Math.round(100 / percent) }),
  };
}
