import type {
  RateLimit_ActionJson,
  RateLimitJson,
} from '../gen/envoy/envoy/config/route/v3/route_components_pb.js';
import type {
  LocalRateLimitDescriptorJson,
  RateLimitDescriptor_EntryJson,
} from '../gen/envoy/envoy/extensions/common/ratelimit/v3/ratelimit_pb.js';
import type { LocalRateLimitJson } from '../gen/envoy/envoy/extensions/filters/http/local_ratelimit/v3/local_rate_limit_pb.js';
import type { StringMatcherJson } from '../gen/envoy/envoy/type/matcher/v3/string_pb.js';
import type { TokenBucketJson } from '../gen/envoy/envoy/type/v3/token_bucket_pb.js';
import type {
  LocalRateLimit,
  LocalRateLimitRule,
  PathMatch,
  RateLimitHeaderMatch,
  TokenBucket,
} from '../model/route.ts';
import { duration } from './duration.ts';
import { quoteRegex } from './quote-regex.ts';
import { stringMatcherJson } from './route-match.ts';

/** Statistics of all limits go under one name, as in Envoy Gateway. */
export const rateLimitStatPrefix = 'http_local_rate_limiter';

/** How many distinct values (users, addresses) a limit tells apart. */
export const maxDynamicDescriptors = 10_000;

/** The bucket where no rule applies and no default is given: wide enough never to be empty. */
const unlimited: TokenBucket = { tokens: 4_294_967_295, fillIntervalMs: 1000 };

const always = { default_value: { numerator: 100, denominator: 'HUNDRED' } } as const;

/** Local rate limiting of one route, one descriptor per rule. */
export function localRateLimitJson(limit: LocalRateLimit): LocalRateLimitJson {
  const rules = limit.rules.map(ruleParts);
  const descriptors = uniqueDescriptors(rules.flatMap((rule) => rule.descriptors));
  return {
    stat_prefix: rateLimitStatPrefix,
    token_bucket: bucketJson(limit.default ?? unlimited),
    filter_enabled: always,
    filter_enforced: always,
    enable_x_ratelimit_headers: 'DRAFT_VERSION_03',
    // A request counts towards the default bucket only where no rule applies to it.
    always_consume_default_token_bucket: false,
    max_dynamic_descriptors: maxDynamicDescriptors,
    ...(rules.length > 0 && { descriptors, rate_limits: rules.flatMap(({ rateLimits }) => rateLimits) }),
  };
}

/** Envoy refuses two descriptors with the same entries: the first rule counts. */
function uniqueDescriptors(
  descriptors: readonly LocalRateLimitDescriptorJson[],
): LocalRateLimitDescriptorJson[] {
  const seen = new Set<string>();
  return descriptors.filter(({ entries }) => {
    const key = JSON.stringify(entries);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

function bucketJson({ fillIntervalMs, tokens }: TokenBucket): TokenBucketJson {
  return { max_tokens: tokens, tokens_per_fill: tokens, fill_interval: duration(fillIntervalMs) };
}

/** A condition: what Envoy looks at, and the entry of the descriptor that it yields when it holds. */
interface Condition {
  readonly action: RateLimit_ActionJson;
  readonly entry: RateLimitDescriptor_EntryJson;
  /** The entry that a request yields to which the rule does not apply, although the condition was looked at. */
  readonly exempt?: RateLimitDescriptor_EntryJson;
}

/** One bucket a rule; a rule with several methods is looked up once per method and counts in that one bucket. */
function ruleParts(rule: LocalRateLimitRule, index: number) {
  const key = `rule-${index}`;
  const shared = [
    ...rule.headers.map((header, position) => headerCondition(header, `${key}-match-${position}`)),
    ...(rule.path === undefined ? [] : [pseudoHeader(':path', pathMatcher(rule.path), `${key}-path`)]),
    ...rule.sourceCidrs.flatMap(addressConditions),
  ];
  const methods = rule.methods.map((method) => pseudoHeader(':method', { exact: method }, `${key}-method`));
  const [first] = methods;
  const alternatives = first === undefined ? [shared] : methods.map((method) => [...shared, method]);
  const conditions = first === undefined ? shared : [...shared, first];
  const descriptors = [
    descriptor(conditions, rule.bucket),
    ...conditions
      .filter(({ exempt }) => exempt !== undefined)
      .map((exempting) =>
        descriptor(
          conditions.map((condition) => ({
            entry: (condition === exempting && condition.exempt) || condition.entry,
          })),
          unlimited,
        ),
      ),
  ];
  const rateLimits = alternatives.map(
    (conditions): RateLimitJson => ({ actions: conditions.map(({ action }) => action) }),
  );
  return { descriptors, rateLimits };
}

function descriptor(
  conditions: readonly Pick<Condition, 'entry'>[],
  bucket: TokenBucket,
): LocalRateLimitDescriptorJson {
  return { entries: conditions.map(({ entry }) => entry), token_bucket: bucketJson(bucket) };
}

/** `distinct`: each value has a bucket of its own, which an entry without a value stands for. */
function headerCondition(header: RateLimitHeaderMatch, key: string): Condition {
  if (header.type === 'distinct') {
    return {
      action: { request_headers: { header_name: header.name, descriptor_key: key } },
      entry: { key },
    };
  }
  const matcher = stringMatcherJson({ type: header.type, value: header.value ?? '' });
  return valueCondition({ name: header.name, matcher, key, expected: !header.invert });
}

function pseudoHeader(name: string, matcher: StringMatcherJson, key: string): Condition {
  return valueCondition({ name, matcher, key, expected: true });
}

function valueCondition(condition: {
  readonly name: string;
  readonly matcher: StringMatcherJson;
  readonly key: string;
  readonly expected: boolean;
}): Condition {
  const { expected, key, matcher, name } = condition;
  return {
    action: {
      header_value_match: {
        descriptor_key: key,
        descriptor_value: key,
        expect_match: expected,
        headers: [{ name, string_match: matcher }],
      },
    },
    entry: { key, value: key },
  };
}

/** `:path` carries the query too, which a match on the path must not see. */
function pathMatcher({ type, value }: PathMatch): StringMatcherJson {
  switch (type) {
    case 'exact':
      return { safe_regex: { regex: `${quoteRegex(value)}(\\?.*)?` } };
    case 'regex':
      return { safe_regex: { regex: `(${value})(\\?.*)?` } };
    case 'prefix': {
      const prefix = value.endsWith('/') ? value.slice(0, -1) : value;
      return { safe_regex: { regex: `${quoteRegex(prefix)}([/?].*)?` } };
    }
  }
}

type SourceCidr = LocalRateLimitRule['sourceCidrs'][number];

/**
 * The client's address, masked, must be the network. `distinct`: each address in it has a bucket of its own. `invert`:
 * clients of all other networks are limited, each network of that size on its own, since Envoy has no way to count them
 * together.
 */
function addressConditions({ cidr, distinct, invert }: SourceCidr): readonly Condition[] {
  const [address = '', length] = cidr.split('/');
  const v6 = address.includes(':');
  const bits = length === undefined ? (v6 ? 128 : 32) : Number(length);
  const key = 'masked_remote_address';
  const own = { key, value: `${v6 ? address : maskedV4(address, bits)}/${bits}` };
  const action = { masked_remote_address: v6 ? { v6_prefix_mask_len: bits } : { v4_prefix_mask_len: bits } };
  const network: Condition = invert ? { action, entry: { key }, exempt: own } : { action, entry: own };
  if (!distinct) return [network];
  return [network, { action: { remote_address: {} }, entry: { key: 'remote_address' } }];
}

/** The network's first address, as Envoy writes it: `10.1.2.3` in a network of 8 bits is `10.0.0.0`. */
function maskedV4(address: string, bits: number): string {
  const octets = address.split('.').map(Number);
  return octets
    .map((octet, index) => octet & (0xff << (8 - Math.min(8, Math.max(0, bits - index * 8)))) & 0xff)
    .join('.');
}
