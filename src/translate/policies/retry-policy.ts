import type { BackendTrafficPolicySpec } from '../../gen/kinds/backend-traffic-policy.ts';
import type { RetryPolicy } from '../../model/route.ts';
import { durationMs } from './duration.ts';

/** What Envoy Gateway retries on when a policy or a rule does not say (`internal/xds/translator/route.go`). */
export const retryDefaults: RetryPolicy = {
  numRetries: 2,
  retryOn: ['connect-failure', 'refused-stream', 'unavailable', 'cancelled', 'retriable-status-codes'],
  retriableStatusCodes: [503],
  hostSelectionAttempts: 5,
};

/** BackendTrafficPolicy `retry` with Envoy Gateway's defaults. A rule's own `retry` takes its place. */
export function retryPolicy(spec: BackendTrafficPolicySpec['retry']): RetryPolicy | undefined {
  if (spec === undefined) return undefined;
  const { numRetries, numAttemptsPerPriority, retryOn, perRetry } = spec;
  const triggers = retryOn?.triggers ?? [];
  const perTryTimeoutMs = durationMs(perRetry?.timeout);
  const backOffBaseMs = durationMs(perRetry?.backOff?.baseInterval);
  const backOffMaxMs = durationMs(perRetry?.backOff?.maxInterval);
  return {
    ...retryDefaults,
    numRetries: numRetries ?? retryDefaults.numRetries,
    ...(triggers.length === 0 ? {} : { retryOn: triggers }),
    // As in Envoy Gateway: any `retryOn` replaces the default codes, also by none.
    ...(retryOn === undefined ? {} : { retriableStatusCodes: retryOn.httpStatusCodes ?? [] }),
    ...(perTryTimeoutMs === undefined ? {} : { perTryTimeoutMs }),
    ...(backOffBaseMs === undefined ? {} : { backOffBaseMs }),
    ...(backOffMaxMs === undefined ? {} : { backOffMaxMs }),
    ...(numAttemptsPerPriority === undefined || numAttemptsPerPriority === 0
      ? {}
      : { attemptsPerPriority: numAttemptsPerPriority }),
  };
}
