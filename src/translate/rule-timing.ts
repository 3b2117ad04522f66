import type { HTTPRoute } from '../gen/kinds/http-route.ts';
import type { RetryPolicy } from '../model/route.ts';
import { durationMs } from './policies/duration.ts';
import { retryDefaults } from './policies/retry-policy.ts';

type Rule = HTTPRoute['spec']['rules'][number];

/** `timeouts` and `retry` of a rule; each takes the place of the policy's. */
export interface RuleTiming {
  /** 0: no limit. */
  readonly timeoutMs?: number;
  readonly retry?: RetryPolicy;
}

/**
 * What a rule says about time (Gateway API v1.6.1, HTTPRouteTimeouts and HTTPRouteRetry, as Envoy Gateway maps them):
 * without `retry` there is one attempt, so `backendRequest` limits the request; with it, each attempt.
 */
export function ruleTiming({ timeouts, retry }: Rule): RuleTiming {
  const requestMs = durationMs(timeouts?.request);
  const backendMs = durationMs(timeouts?.backendRequest);
  const timeoutMs = retry === undefined ? (backendMs ?? requestMs) : requestMs;
  return {
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(retry !== undefined && { retry: retryPolicy(retry, backendMs) }),
  };
}

function retryPolicy(
  { attempts, backoff, codes = [] }: NonNullable<Rule['retry']>,
  perTryMs?: number,
): RetryPolicy {
  const backOffBaseMs = durationMs(backoff);
  return {
    ...retryDefaults,
    numRetries: attempts ?? retryDefaults.numRetries,
    ...(codes.length > 0 && { retriableStatusCodes: codes }),
    // 0s: no limit.
    ...(perTryMs !== undefined && perTryMs > 0 && { perTryTimeoutMs: perTryMs }),
    ...(backOffBaseMs !== undefined && backOffBaseMs > 0 && { backOffBaseMs }),
  };
}
