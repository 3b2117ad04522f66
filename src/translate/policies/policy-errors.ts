import { RE2JS } from 're2js';
import type { BackendTrafficPolicySpec } from '../../gen/kinds/backend-traffic-policy.ts';
import type { Path } from '../../resources/resource.ts';
import { durationMs } from './duration.ts';
import { unitOf } from './local-rate-limit.ts';

/** What makes a policy untranslatable though its schema holds. `path` starts at the object. */
export interface PolicyError {
  readonly path: Path;
  readonly message: string;
}

/** Largest table of Envoy's Maglev load balancer. */
const maxTableSize = 5_000_011;

/** Errors that make Envoy Gateway answer 500 to all that the policy covers. */
export function policyErrors(spec: BackendTrafficPolicySpec): readonly PolicyError[] {
  return [...hashErrors(spec), ...retryErrors(spec), ...rateLimitErrors(spec)];
}

function hashErrors({ loadBalancer }: BackendTrafficPolicySpec): readonly PolicyError[] {
  const tableSize = loadBalancer?.consistentHash?.tableSize;
  if (loadBalancer?.type !== 'ConsistentHash' || tableSize === undefined) return [];
  if (tableSize <= maxTableSize && isPrime(tableSize)) return [];
  return [
    {
      path: ['spec', 'loadBalancer', 'consistentHash', 'tableSize'],
      message: `LoadBalancer: ConsistentHash: invalid TableSize value ${tableSize}: it must be a prime of at most ${maxTableSize}`,
    },
  ];
}

function retryErrors({ retry }: BackendTrafficPolicySpec): readonly PolicyError[] {
  const backOff = retry?.perRetry?.backOff;
  const base = durationMs(backOff?.baseInterval);
  const max = durationMs(backOff?.maxInterval);
  const path = ['spec', 'retry', 'perRetry', 'backOff'];
  if (base === 0) {
    return [{ path: [...path, 'baseInterval'], message: 'Retry: baseInterval cannot be set to 0s' }];
  }
  if (max === 0)
    return [{ path: [...path, 'maxInterval'], message: 'Retry: maxInterval cannot be set to 0s' }];
  if (base !== undefined && max !== undefined && base > max) {
    return [
      { path: [...path, 'maxInterval'], message: 'Retry: maxInterval cannot be less than baseInterval' },
    ];
  }
  return [];
}

function rateLimitErrors({ rateLimit }: BackendTrafficPolicySpec): readonly PolicyError[] {
  const rules = rateLimit?.type === 'Global' ? [] : (rateLimit?.local?.rules ?? []);
  const at = (index: number, ...rest: Path): Path => ['spec', 'rateLimit', 'local', 'rules', index, ...rest];
  const plain = rules.flatMap((rule, index) => ((rule.clientSelectors ?? []).length === 0 ? [index] : []));
  const second = plain[1];
  if (second !== undefined) {
    const message = 'RateLimit: local rateLimit can not have more than one rule without clientSelectors';
    return [{ path: at(second), message }];
  }
  const fallback = rules[plain[0] ?? -1];
  const defaultUnit = fallback === undefined ? 1 : unitOf(fallback);
  return rules.flatMap((rule, index): PolicyError[] => {
    if (unitOf(rule) % defaultUnit !== 0) {
      const message =
        'RateLimit: local rateLimit rule limit unit must be a multiple of the default limit unit';
      return [{ path: at(index, 'limit', 'unit'), message }];
    }
    return (rule.clientSelectors ?? []).flatMap((selector, s) =>
      regexErrors(selector).map((message) => ({ path: at(index, 'clientSelectors', s), message })),
    );
  });
}

function regexErrors(selector: {
  readonly headers?: readonly { readonly type: string; readonly value?: string }[];
  readonly path?: { readonly type: string; readonly value: string };
}): readonly string[] {
  return [...(selector.headers ?? []), ...(selector.path === undefined ? [] : [selector.path])].flatMap(
    ({ type, value }) => {
      if (type !== 'RegularExpression' || value === undefined) return [];
      try {
        RE2JS.compile(value);
        return [];
      } catch (error) {
        return [`RateLimit: regex "${value}" is invalid: ${error instanceof Error ? error.message : error}`];
      }
    },
  );
}

function isPrime(n: number): boolean {
  if (n < 2) return false;
  for (let divisor = 2; divisor * divisor <= n; divisor++) {
    if (n % divisor === 0) return false;
  }
  return true;
}
