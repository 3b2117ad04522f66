import type { BackendTrafficPolicySpec } from '../../gen/kinds/backend-traffic-policy.ts';
import type { LocalRateLimit, LocalRateLimitRule, PathMatch, TokenBucket } from '../../model/route.ts';

type Spec = NonNullable<BackendTrafficPolicySpec['rateLimit']>;
type Rule = NonNullable<NonNullable<Spec['local']>['rules']>[number];
type Selector = NonNullable<Rule['clientSelectors']>[number];

const unitSeconds: Readonly<Record<Rule['limit']['unit'], number>> = {
  Second: 1,
  Minute: 60,
  Hour: 3600,
  Day: 86_400,
  Week: 604_800,
  Month: 2_592_000,
  Year: 31_536_000,
};

/**
 * BackendTrafficPolicy `rateLimit.local`: the rule without selectors is the default bucket. All selectors of a rule
 * must hold, as in Envoy Gateway. Rules that need what is not simulated are left out (`isSimulated`).
 */
export function localRateLimit(spec: Spec | undefined): LocalRateLimit | undefined {
  if (spec?.local === undefined || spec.type === 'Global') return undefined;
  const rules = spec.local.rules ?? [];
  const plain = rules.find((rule) => selectorsOf(rule).length === 0);
  return {
    rules: rules.filter((rule) => selectorsOf(rule).length > 0 && isSimulated(rule)).map(toRule),
    ...(plain === undefined ? {} : { default: bucketOf(plain) }),
  };
}

/** Whether all selectors of a rule are simulated: query parameters and inverted paths or methods are not. */
export function isSimulated(rule: Rule): boolean {
  return selectorsOf(rule).every(
    ({ queryParams = [], path, methods = [] }) =>
      queryParams.length === 0 && path?.invert !== true && methods.every(({ invert }) => !invert),
  );
}

/** Seconds of a rule's unit. */
export function unitOf(rule: Rule): number {
  return unitSeconds[rule.limit.unit];
}

function selectorsOf(rule: Rule): readonly Selector[] {
  return rule.clientSelectors ?? [];
}

function bucketOf(rule: Rule): TokenBucket {
  return { tokens: rule.limit.requests, fillIntervalMs: unitOf(rule) * 1000 };
}

function toRule(rule: Rule): LocalRateLimitRule {
  const selectors = selectorsOf(rule);
  const path = selectors.findLast((selector) => selector.path !== undefined)?.path;
  return {
    headers: selectors.flatMap(({ headers = [] }) =>
      headers.map(({ name, type, value, invert }) => ({
        name: name.toLowerCase(),
        type: headerTypes[type],
        ...(value === undefined ? {} : { value }),
        invert: invert ?? false,
      })),
    ),
    sourceCidrs: selectors.flatMap(({ sourceCIDR }) =>
      sourceCIDR === undefined
        ? []
        : [
            {
              cidr: sourceCIDR.value,
              distinct: sourceCIDR.type === 'Distinct',
              invert: sourceCIDR.invert ?? false,
            },
          ],
    ),
    methods: selectors.flatMap(({ methods = [] }) => methods.map(({ value }) => value)),
    ...(path === undefined ? {} : { path: toPath(path) }),
    bucket: bucketOf(rule),
  };
}

const headerTypes = { Exact: 'exact', RegularExpression: 'regex', Distinct: 'distinct' } as const;
const pathTypes = { Exact: 'exact', PathPrefix: 'prefix', RegularExpression: 'regex' } as const;

function toPath({ type, value }: NonNullable<Selector['path']>): PathMatch {
  return { type: pathTypes[type], value };
}
