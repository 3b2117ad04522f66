import type { BackendTrafficPolicySpec } from '../../gen/kinds/backend-traffic-policy.ts';
import type { FaultInjection } from '../../model/route.ts';
import { durationMs } from './duration.ts';

/** BackendTrafficPolicy `faultInjection` as Envoy's fault filter takes it. */
export function faultInjection(spec: BackendTrafficPolicySpec['faultInjection']): FaultInjection | undefined {
  if (spec === undefined) return undefined;
  const { delay, abort } = spec;
  const fixedMs = durationMs(delay?.fixedDelay);
  return {
    ...(delay === undefined || fixedMs === undefined
      ? {}
      : { delay: { fixedMs, percent: delay.percentage } }),
    ...(abort === undefined
      ? {}
      : {
          abort: {
            percent: abort.percentage,
            ...(abort.httpStatus === undefined ? {} : { httpStatus: abort.httpStatus }),
            ...(abort.grpcStatus === undefined ? {} : { grpcStatus: abort.grpcStatus }),
          },
        }),
  };
}
