import type { BackendTrafficPolicySpec } from '../../gen/kinds/backend-traffic-policy.ts';
import type { ActiveHealthCheck, HealthPayload, OutlierDetection } from '../../model/cluster.ts';
import type { Fidelity } from '../translation.ts';
import { durationMs } from './duration.ts';

type HealthCheck = NonNullable<BackendTrafficPolicySpec['healthCheck']>;
type Active = NonNullable<HealthCheck['active']>;
type Payload = NonNullable<NonNullable<Active['tcp']>['send']>;

/** Envoy's own, which an unset (or 0) `maxEjectionPercent` leaves in force. */
const envoyMaxEjectionPercent = 10;

/**
 * BackendTrafficPolicy `healthCheck.active` with Envoy Gateway's defaults (`api/v1alpha1/healthcheck_types.go`).
 *
 * @param routeHostname Host header of HTTP checks where the policy does not say one
 */
export function activeHealthCheck(
  active: Active | undefined,
  routeHostname: string,
  fidelity: Fidelity,
): ActiveHealthCheck | undefined {
  const check = active === undefined ? undefined : checkOf(active, routeHostname);
  if (active === undefined || check === undefined) return undefined;
  const intervalMs = durationMs(active.interval) ?? 3000;
  const initialJitterMs = durationMs(active.initialJitter);
  return {
    timeoutMs: durationMs(active.timeout) ?? 1000,
    intervalMs,
    ...(initialJitterMs === undefined ? {} : { initialJitterMs }),
    unhealthyThreshold: active.unhealthyThreshold ?? 3,
    healthyThreshold: active.healthyThreshold ?? 1,
    // Envoy checks a cluster without traffic once a minute, so a fresh start would look as if nothing was checked.
    ...(fidelity === 'local' ? { noTrafficIntervalMs: intervalMs } : {}),
    check,
  };
}

function checkOf(
  { type, http, tcp, grpc }: Active,
  routeHostname: string,
): ActiveHealthCheck['check'] | undefined {
  switch (type) {
    case 'HTTP':
      return http === undefined ? undefined : httpCheck(http, routeHostname);
    case 'TCP': {
      const send = payload(tcp?.send);
      const receive = payload(tcp?.receive);
      return {
        type: 'tcp',
        ...(send === undefined ? {} : { send }),
        ...(receive === undefined ? {} : { receive }),
      };
    }
    case 'GRPC':
      return { type: 'grpc', ...(grpc?.service === undefined ? {} : { service: grpc.service }) };
    default:
      return undefined;
  }
}

function httpCheck(http: NonNullable<Active['http']>, routeHostname: string): ActiveHealthCheck['check'] {
  const expectedResponse = payload(http.expectedResponse);
  const expected = [...new Set(http.expectedStatuses ?? [])].sort((a, b) => a - b);
  return {
    type: 'http',
    path: http.path,
    method: (http.method ?? 'GET').toUpperCase(),
    host: http.hostname === undefined || http.hostname === '' ? routeHostname : http.hostname,
    expectedStatuses: expected.length === 0 ? [200] : expected,
    retriableStatuses: [...new Set(http.retriableStatuses ?? [])].sort((a, b) => a - b),
    ...(expectedResponse === undefined ? {} : { expectedResponse }),
  };
}

/** Whether an endpoint's own host name is the checks' Host header: an explicit one in the policy wins. */
export function usesEndpointHostname(active: Active | undefined): boolean {
  const hostname = active?.http?.hostname;
  return hostname === undefined || hostname === '' || hostname === '*';
}

/** BackendTrafficPolicy `healthCheck.passive` with Envoy Gateway's defaults. */
export function outlierDetection(passive: HealthCheck['passive']): OutlierDetection | undefined {
  if (passive === undefined) return undefined;
  const { failurePercentageThreshold } = passive;
  return {
    intervalMs: durationMs(passive.interval) ?? 3000,
    baseEjectionMs: durationMs(passive.baseEjectionTime) ?? 30_000,
    maxEjectionPercent: effectiveMaxEjectionPercent(passive),
    alwaysEjectOneHost: passive.alwaysEjectOneEndpoint ?? false,
    consecutive5xx: passive.consecutive5XxErrors ?? 5,
    consecutiveGatewayFailure: passive.consecutiveGatewayErrors ?? 0,
    consecutiveLocalOriginFailure: passive.consecutiveLocalOriginFailures ?? 5,
    splitExternalLocalOriginErrors: passive.splitExternalLocalOriginErrors ?? false,
    ...(failurePercentageThreshold === undefined ? {} : { failurePercentageThreshold }),
  };
}

/** Envoy Gateway does not pass a 0 on, so Envoy's default holds then. */
function effectiveMaxEjectionPercent({
  maxEjectionPercent = 0,
}: NonNullable<HealthCheck['passive']>): number {
  return maxEjectionPercent > 0 ? maxEjectionPercent : envoyMaxEjectionPercent;
}

function payload(spec: Payload | undefined): HealthPayload | undefined {
  if (spec?.type === 'Text' && spec.text !== undefined && spec.text !== '') {
    return { type: 'text', text: spec.text };
  }
  if (spec?.type === 'Binary' && spec.binary !== undefined) return { type: 'binary', binary: spec.binary };
  return undefined;
}
