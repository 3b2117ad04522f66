import type { Source } from './source.ts';

/** What RDS delivers under one name. */
export interface RouteTable {
  /** `namespace/gateway/port` for HTTP, `namespace/gateway/port/listener` for HTTPS. */
  readonly name: string;
  readonly source: Source;
  readonly virtualHosts: readonly VirtualHost[];
}

/** The routes of one host name. Envoy takes the first route that matches: their order is the order of precedence. */
export interface VirtualHost {
  /** Unique in its table; readable: `www.example.com`, `*`. */
  readonly name: string;
  /** Exact names, `*.example.com`, or `*`. */
  readonly domains: readonly string[];
  readonly routes: readonly Route[];
}

export interface Route {
  /** `httproute/namespace/name/rule/0/match/0/host`, as Envoy Gateway names it. */
  readonly name: string;
  readonly source: Source;
  readonly match: RouteMatch;
  readonly action: RouteAction;
  readonly requestHeaders?: HeaderMutation;
  readonly responseHeaders?: HeaderMutation;
  readonly cors?: CorsPolicy;
  readonly fault?: FaultInjection;
  readonly localRateLimit?: LocalRateLimit;
}

export interface RouteMatch {
  readonly path: PathMatch;
  /** Upper-case HTTP method. */
  readonly method?: string;
  readonly headers: readonly ValueMatch[];
  readonly queryParams: readonly ValueMatch[];
}

/** `prefix` is element-wise (`/v2` does not match `/v2x`); `/` matches everything. `regex` is RE2, whole path. */
export interface PathMatch {
  readonly type: 'exact' | 'prefix' | 'regex';
  readonly value: string;
}

/** A header (name in lower case) or query parameter (name as written). `regex` is RE2, whole value. */
export interface ValueMatch {
  readonly name: string;
  readonly type: 'exact' | 'regex';
  readonly value: string;
}

export type RouteAction = ForwardAction | RedirectAction | DirectResponseAction;

/** Sends the request to a cluster chosen by weight. */
export interface ForwardAction {
  readonly type: 'forward';
  /** Never empty; one entry is the normal case. */
  readonly clusters: readonly WeightedCluster[];
  readonly mirrors: readonly Mirror[];
  readonly rewrite?: Rewrite;
  /** Whole request, milliseconds; 0: no limit; absent: Envoy's 15 s. */
  readonly timeoutMs?: number;
  readonly retry?: RetryPolicy;
  /** Consistent hashing inputs of BackendTrafficPolicy `loadBalancer.consistentHash`. */
  readonly hashPolicy?: readonly HashPolicy[];
}

/**
 * A share of a route's requests. A `cluster` of `null` is a backend that is missing or not permitted: its share is
 * answered 500.
 */
export interface WeightedCluster {
  readonly cluster: string | null;
  readonly weight: number;
  /** From filters on the backendRef. */
  readonly requestHeaders?: HeaderMutation;
  readonly responseHeaders?: HeaderMutation;
}

export interface Mirror {
  readonly cluster: string;
  readonly numerator: number;
  readonly denominator: number;
}

export interface Rewrite {
  readonly host?: string;
  readonly path?: PathRewrite;
}

/** `prefix` replaces what the route's prefix match matched. */
export type PathRewrite =
  | { readonly type: 'full'; readonly value: string }
  | { readonly type: 'prefix'; readonly value: string };

export interface RedirectAction {
  readonly type: 'redirect';
  readonly scheme?: 'http' | 'https';
  readonly host?: string;
  /** Absent: keep none (a well-known port of the scheme). Translation has decided already what the specification wants. */
  readonly port?: number;
  readonly path?: PathRewrite;
  readonly status: 301 | 302 | 303 | 307 | 308;
}

export interface DirectResponseAction {
  readonly type: 'direct';
  readonly status: number;
  readonly body?: string;
}

/** Header names as written; `set` overwrites, `add` appends. */
export interface HeaderMutation {
  readonly set: readonly Header[];
  readonly add: readonly Header[];
  readonly remove: readonly string[];
}

export interface Header {
  readonly name: string;
  readonly value: string;
}

/** Gateway API HTTPCORSFilter; `*` stands for itself. */
export interface CorsPolicy {
  readonly allowOrigins: readonly string[];
  readonly allowMethods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly allowCredentials: boolean;
  readonly maxAgeSeconds?: number;
}

export interface RetryPolicy {
  readonly numRetries: number;
  /** Envoy's `retry_on` names. */
  readonly retryOn: readonly string[];
  readonly retriableStatusCodes: readonly number[];
  readonly perTryTimeoutMs?: number;
  readonly backOffBaseMs?: number;
  readonly backOffMaxMs?: number;
  /** Attempts after which the next priority is tried (`numAttemptsPerPriority`). */
  readonly attemptsPerPriority?: number;
  readonly hostSelectionAttempts?: number;
}

export type HashPolicy =
  | { readonly type: 'source-ip' }
  | { readonly type: 'header'; readonly name: string }
  | { readonly type: 'query-param'; readonly name: string }
  | {
      readonly type: 'cookie';
      readonly name: string;
      readonly ttlMs?: number;
      readonly attributes: Readonly<Record<string, string>>;
    };

/** BackendTrafficPolicy `faultInjection`; percentages 0 to 100, fractions allowed. */
export interface FaultInjection {
  readonly delay?: { readonly fixedMs: number; readonly percent: number };
  readonly abort?: { readonly percent: number; readonly httpStatus?: number; readonly grpcStatus?: number };
}

/** BackendTrafficPolicy `rateLimit.local`: token buckets; the first rule whose match holds counts beside `default`. */
export interface LocalRateLimit {
  readonly rules: readonly LocalRateLimitRule[];
  /** Used where no rule applies: the rule without selectors. */
  readonly default?: TokenBucket;
}

export interface LocalRateLimitRule {
  readonly headers: readonly RateLimitHeaderMatch[];
  readonly sourceCidrs: readonly {
    readonly cidr: string;
    readonly distinct: boolean;
    readonly invert: boolean;
  }[];
  readonly methods: readonly string[];
  readonly path?: PathMatch;
  readonly bucket: TokenBucket;
}

export interface RateLimitHeaderMatch {
  readonly name: string;
  readonly type: 'exact' | 'regex' | 'distinct';
  readonly value?: string;
  readonly invert: boolean;
}

export interface TokenBucket {
  readonly tokens: number;
  readonly fillIntervalMs: number;
}
