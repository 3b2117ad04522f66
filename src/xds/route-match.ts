import type {
  HeaderMatcherJson,
  QueryParameterMatcherJson,
  RouteMatchJson,
} from '../gen/envoy/envoy/config/route/v3/route_components_pb.js';
import type { StringMatcherJson } from '../gen/envoy/envoy/type/matcher/v3/string_pb.js';
import type { PathMatch, RouteMatch, ValueMatch } from '../model/route.ts';

/** Which requests a route takes. */
export function routeMatchJson(match: RouteMatch): RouteMatchJson {
  const headers: HeaderMatcherJson[] = match.headers.map((header) => ({
    name: header.name,
    string_match: stringMatcherJson(header),
  }));
  if (match.method !== undefined) headers.unshift({ name: ':method', string_match: { exact: match.method } });
  const parameters: QueryParameterMatcherJson[] = match.queryParams.map((parameter) => ({
    name: parameter.name,
    string_match: stringMatcherJson(parameter),
  }));
  return {
    ...pathMatcher(match.path),
    ...(headers.length > 0 && { headers }),
    ...(parameters.length > 0 && { query_parameters: parameters }),
  };
}

function pathMatcher({ type, value }: PathMatch): RouteMatchJson {
  switch (type) {
    case 'exact':
      return { path: value };
    case 'regex':
      return { safe_regex: { regex: value } };
    case 'prefix': {
      const prefix = value.endsWith('/') ? value.slice(0, -1) : value;
      // Element-wise, as the specification wants it; Envoy refuses the root in this form.
      return prefix === '' ? { prefix: '/' } : { path_separated_prefix: prefix };
    }
  }
}

/** An exact text or a regular expression over the whole value. */
export function stringMatcherJson({ type, value }: Pick<ValueMatch, 'type' | 'value'>): StringMatcherJson {
  return type === 'exact' ? { exact: value } : { safe_regex: { regex: value } };
}
