import type { AnyJson } from '@bufbuild/protobuf/wkt';
import type { StringMatcherJson } from '../gen/envoy/envoy/type/matcher/v3/string_pb.js';
import type { CorsPolicy, FaultInjection, Route } from '../model/route.ts';
import { duration } from './duration.ts';
import { localRateLimitJson } from './local-rate-limit.ts';
import { httpFilterNames } from './names.ts';
import { percentage } from './percent.ts';
import { quoteRegex } from './quote-regex.ts';
import { typedConfig } from './typed-config.ts';

/** What the HTTP filters of the chain shall do for this route; `undefined`: nothing. */
export function perRouteFilters(route: Route): Record<string, AnyJson> | undefined {
  const { cors, fault, localRateLimit } = route;
  const filters: Record<string, AnyJson> = {};
  if (fault !== undefined) filters[httpFilterNames.fault] = faultConfig(fault);
  if (cors !== undefined) filters[httpFilterNames.cors] = corsConfig(cors);
  if (localRateLimit !== undefined) {
    const config = localRateLimitJson(localRateLimit);
    filters[httpFilterNames.localRateLimit] = typedConfig(
      'filters.http.local_ratelimit.v3.LocalRateLimit',
      config,
    );
  }
  return Object.keys(filters).length > 0 ? filters : undefined;
}

function faultConfig({ abort, delay }: FaultInjection): AnyJson {
  return typedConfig('filters.http.fault.v3.HTTPFault', {
    ...(delay !== undefined &&
      delay.fixedMs > 0 && {
        delay: { fixed_delay: duration(delay.fixedMs), percentage: percentage(delay.percent) },
      }),
    ...(abort !== undefined && {
      abort: {
        ...(abort.httpStatus === undefined
          ? { grpc_status: abort.grpcStatus ?? 0 }
          : { http_status: abort.httpStatus }),
        percentage: percentage(abort.percent),
      },
    }),
  });
}

/**
 * Gateway API's CORS filter. Envoy answers preflight requests itself and echoes the request's origin; a `*` among the
 * methods or headers it understands only alone. With credentials browsers take no `*` as the list of exposed headers.
 */
function corsConfig(cors: CorsPolicy): AnyJson {
  const { allowCredentials, exposeHeaders, maxAgeSeconds } = cors;
  const exposed = allowCredentials
    ? exposeHeaders.filter((name) => name !== '*')
    : wildcardAlone(exposeHeaders);
  return typedConfig('filters.http.cors.v3.CorsPolicy', {
    allow_origin_string_match: cors.allowOrigins.map(originMatcher),
    allow_methods: wildcardAlone(cors.allowMethods).join(', '),
    allow_headers: wildcardAlone(cors.allowHeaders).join(', '),
    expose_headers: exposed.join(', '),
    ...(maxAgeSeconds !== undefined && { max_age: String(maxAgeSeconds) }),
    allow_credentials: allowCredentials,
    forward_not_matching_preflights: false,
  });
}

function wildcardAlone(values: readonly string[]): readonly string[] {
  return values.includes('*') ? ['*'] : values;
}

/** `*` alone is any origin; within an origin it stands for any labels of the host, not for a port. */
function originMatcher(origin: string): StringMatcherJson {
  if (!origin.includes('*')) return { exact: origin };
  if (origin === '*') return { safe_regex: { regex: '.*' } };
  return { safe_regex: { regex: origin.split('*').map(quoteRegex).join('[^:/]*') } };
}
