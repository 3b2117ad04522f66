import type { ActiveHealthCheck, Cluster } from '../model/cluster.ts';
import type { EndpointFacts, EventBody } from '../session/events.ts';
import type { Ejection } from './ejection.ts';
import { findEndpoint, podOf, realAddress } from './find-endpoint.ts';
import type { HealthCheckEvent, OutlierEvent } from './health-events.ts';

type FactsWithoutCheck = Omit<EndpointFacts, 'check' | 'detail'>;

/** An event of active health checking for the event stream, with what was checked and what came of it in words. */
export function describeHealthCheck(
  type: 'HealthCheckFailed' | 'EndpointUnhealthy' | 'EndpointHealthy',
  event: HealthCheckEvent,
  cluster: Cluster | undefined,
): EventBody {
  const check = cluster?.activeHealthCheck;
  const detail = type === 'EndpointHealthy' ? passDetail(event, check) : failureWords(type, event, check);
  return { type, ...facts(event, cluster), check: 'active', detail };
}

/** An enforced ejection or a return for the event stream. */
export function describeOutlier(
  event: OutlierEvent,
  cluster: Cluster | undefined,
  ejection?: Ejection,
): EventBody {
  return {
    type: event.action === 'ejected' ? 'EndpointEjected' : 'EndpointReturned',
    ...facts(event, cluster),
    reason: event.reason,
    ejections: event.ejections,
    baseEjectionMs: cluster?.outlierDetection?.baseEjectionMs ?? 0,
    ...(ejection === undefined ? {} : { ejectedForMs: ejection.untilMs - ejection.atMs }),
  };
}

/** A detection that Envoy does not act on. */
export function describeUnenforced(event: OutlierEvent, cluster: Cluster | undefined): EventBody {
  const { endpoint } = facts(event, cluster);
  return {
    type: 'Problem',
    message: `${endpoint} would be ejected (${event.reason}), but this detection is not enforced: it keeps its requests`,
    hint: `set a threshold for ${event.reason} in the policy's passive health check, or ignore this`,
  };
}

function facts(
  { address, clusterName }: HealthCheckEvent | OutlierEvent,
  cluster: Cluster | undefined,
): FactsWithoutCheck {
  const endpoint = findEndpoint(cluster, address);
  return {
    cluster: clusterName,
    endpoint: endpoint?.declared ?? address,
    address: endpoint?.hostTarget === undefined ? address : realAddress(endpoint),
    ...podOf(endpoint),
  };
}

function passDetail({ isFirstCheck }: HealthCheckEvent, check: ActiveHealthCheck | undefined): string {
  const count = check?.healthyThreshold ?? 1;
  const times = isFirstCheck || count === 1 ? 'passed' : `passed ${count} times in a row`;
  return `${checkName(check)} ${times}`;
}

/** `GET /healthz: connection refused or broken, 3 times in a row`. */
export function failureWords(
  type: 'HealthCheckFailed' | 'EndpointUnhealthy',
  event: HealthCheckEvent,
  check: ActiveHealthCheck | undefined,
): string {
  const detail = `${checkName(check)}: ${failure(event, check)}`;
  const threshold = check?.unhealthyThreshold ?? 1;
  // An unexpected answer is enough at once; only connections and time-outs are counted.
  const isCounted = event.failureType === 'network' || event.failureType === 'network_timeout';
  if (type === 'HealthCheckFailed' || !isCounted || event.isFirstCheck || threshold === 1) return detail;
  return `${detail}, ${threshold} times in a row`;
}

function checkName(check: ActiveHealthCheck | undefined): string {
  switch (check?.check.type) {
    case 'http':
      return `${check.check.method} ${check.check.path}`;
    case 'tcp':
      return 'TCP check';
    case 'grpc':
      return `gRPC health check${check.check.service === undefined ? '' : ` of ${check.check.service}`}`;
    default:
      return 'health check';
  }
}

function failure(
  { failureType, httpStatus }: HealthCheckEvent,
  check: ActiveHealthCheck | undefined,
): string {
  switch (failureType) {
    case 'network':
      return 'connection refused or broken';
    case 'network_timeout':
      return check === undefined ? 'no answer in time' : `no answer within ${seconds(check.timeoutMs)}`;
    case 'passive':
      return 'the endpoint asked to get no more requests';
    default:
      return httpStatus === undefined
        ? 'the answer was not the expected one'
        : unexpectedStatus(httpStatus, check);
  }
}

function unexpectedStatus(status: number, check: ActiveHealthCheck | undefined): string {
  const expected = check?.check.type === 'http' ? check.check.expectedStatuses : [];
  const wanted = expected.length === 0 ? [200] : expected;
  if (wanted.includes(status)) return `answered ${status} with another body than expected`;
  return `answered ${status}, expected ${wanted.slice(0, 5).join(' or ')}`;
}

function seconds(milliseconds: number): string {
  return `${milliseconds / 1000} s`;
}
