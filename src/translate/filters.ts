import type { DiagnosticCode } from '../diagnostics/codes.ts';
import type { HTTPRoute } from '../gen/kinds/http-route.ts';
import type { CorsPolicy, HeaderMutation, Rewrite } from '../model/route.ts';
import type { Path } from '../resources/resource.ts';
import { headerFilter } from './header-filters.ts';
import { pathRewrite, type RedirectSpec } from './redirects.ts';

type Filter = NonNullable<HTTPRoute['spec']['rules'][number]['filters']>[number];

/** Why a rule's filters cannot be used. `path` starts at the rule. */
export interface FilterError {
  readonly reason: 'UnsupportedValue' | 'IncompatibleFilters';
  readonly message: string;
  readonly path: Path;
  readonly code: DiagnosticCode;
}

/** What a rule's filters do. With an error all requests of the rule are answered 500. */
export interface RuleFilters {
  readonly requestHeaders?: HeaderMutation;
  readonly responseHeaders?: HeaderMutation;
  readonly redirect?: RedirectSpec;
  readonly rewrite?: Rewrite;
  readonly cors?: CorsPolicy;
  readonly errors: readonly FilterError[];
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Reads the filters of a rule. RequestMirror is the business of backend translation. */
export function ruleFilters(filters: readonly Filter[]): RuleFilters {
  const found: Mutable<RuleFilters> = { errors: [] };
  const errors: FilterError[] = [];
  const seen = new Set<string>();
  filters.forEach((filter, index) => {
    if (filter.type !== 'RequestMirror' && filter.type !== 'ExtensionRef' && seen.has(filter.type)) {
      errors.push(
        unsupported(index, `cannot configure multiple ${filter.type} filters for a single HTTPRouteRule`),
      );
      return;
    }
    seen.add(filter.type);
    const error = readFilter(filter, index, found);
    if (error !== undefined) errors.push(error);
  });
  const clash = incompatible(filters);
  return { ...found, errors: clash === undefined ? errors : [...errors, clash] };
}

function readFilter(filter: Filter, index: number, found: Mutable<RuleFilters>): FilterError | undefined {
  switch (filter.type) {
    case 'RequestHeaderModifier':
    case 'ResponseHeaderModifier': {
      const isRequest = filter.type === 'RequestHeaderModifier';
      const field = isRequest ? 'requestHeaderModifier' : 'responseHeaderModifier';
      const result = headerFilter(filter.type, filter[field] ?? {});
      if (result.type === 'error') return unsupported(index, result.message, [field, ...result.path]);
      found[isRequest ? 'requestHeaders' : 'responseHeaders'] = result.mutation;
      return undefined;
    }
    case 'RequestRedirect':
      if (filter.requestRedirect !== undefined) found.redirect = filter.requestRedirect;
      return undefined;
    case 'URLRewrite':
      found.rewrite = rewrite(filter.urlRewrite);
      return undefined;
    case 'CORS':
      if (filter.cors !== undefined) found.cors = corsPolicy(filter.cors);
      return undefined;
    case 'RequestMirror':
      return undefined;
    default:
      return {
        ...unsupported(index, `Unsupported filter type: ${filter.type}`, ['type']),
        code: 'CALB0404',
      };
  }
}

/** A redirect answers at once: nothing can be rewritten or mirrored. */
function incompatible(filters: readonly Filter[]): FilterError | undefined {
  if (!filters.some(({ type }) => type === 'RequestRedirect')) return undefined;
  const index = filters.findIndex(({ type }) => type === 'RequestMirror' || type === 'URLRewrite');
  const type = filters[index]?.type;
  if (type === undefined) return undefined;
  return {
    reason: 'IncompatibleFilters',
    message: `${type} filter cannot be used when the rule also configures a RequestRedirect filter`,
    path: ['filters', index, 'type'],
    code: 'CALB0303',
  };
}

function unsupported(index: number, message: string, path: Path = []): FilterError {
  return { reason: 'UnsupportedValue', message, path: ['filters', index, ...path], code: 'CALB0405' };
}

function rewrite(spec: Filter['urlRewrite']): Rewrite {
  const path = pathRewrite(spec?.path);
  return {
    ...(spec?.hostname !== undefined && { host: spec.hostname }),
    ...(path !== undefined && { path }),
  };
}

function corsPolicy(cors: NonNullable<Filter['cors']>): CorsPolicy {
  return {
    allowOrigins: cors.allowOrigins ?? [],
    allowMethods: cors.allowMethods ?? [],
    allowHeaders: cors.allowHeaders ?? [],
    exposeHeaders: cors.exposeHeaders ?? [],
    allowCredentials: cors.allowCredentials ?? false,
    maxAgeSeconds: cors.maxAge ?? 5,
  };
}
