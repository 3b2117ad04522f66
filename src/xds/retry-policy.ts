import type { RetryPolicyJson } from '../gen/envoy/envoy/config/route/v3/route_components_pb.js';
import type { RetryPolicy } from '../model/route.ts';
import { duration, optionalDuration } from './duration.ts';
import { typedConfig } from './typed-config.ts';

/** Envoy's own base of the back-off, needed where only the maximum is given. */
const defaultBackOffBaseMs = 25;

/** Envoy Gateway's number of tries to find a host that was not tried yet. */
const defaultHostSelectionAttempts = 5;

/** Retries that avoid the hosts, and after some attempts the priorities, that were tried before. */
export function retryPolicyJson(retry: RetryPolicy): RetryPolicyJson {
  const {
    attemptsPerPriority = 0,
    backOffBaseMs,
    backOffMaxMs,
    hostSelectionAttempts,
    perTryTimeoutMs,
  } = retry;
  const max = optionalDuration(backOffMaxMs);
  return {
    retry_on: retry.retryOn.join(','),
    num_retries: retry.numRetries,
    ...(retry.retriableStatusCodes.length > 0 && { retriable_status_codes: [...retry.retriableStatusCodes] }),
    ...(perTryTimeoutMs !== undefined && { per_try_timeout: duration(perTryTimeoutMs) }),
    ...((backOffBaseMs !== undefined || max !== undefined) && {
      retry_back_off: {
        base_interval: duration(
          backOffBaseMs ?? Math.min(defaultBackOffBaseMs, backOffMaxMs ?? defaultBackOffBaseMs),
        ),
        ...(max !== undefined && { max_interval: max }),
      },
    }),
    retry_host_predicate: [
      {
        name: 'envoy.retry_host_predicates.previous_hosts',
        typed_config: typedConfig('retry.host.previous_hosts.v3.PreviousHostsPredicate', {}),
      },
    ],
    host_selection_retry_max_attempts: String(hostSelectionAttempts ?? defaultHostSelectionAttempts),
    ...(attemptsPerPriority > 0 && {
      retry_priority: {
        name: 'envoy.retry_priorities.previous_priorities',
        typed_config: typedConfig('retry.priority.previous_priorities.v3.PreviousPrioritiesConfig', {
          update_frequency: attemptsPerPriority,
        }),
      },
    }),
  };
}
