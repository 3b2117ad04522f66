import type { HTTPRoute } from '../../gen/kinds/http-route.ts';
import type { HeaderMutation } from '../../model/route.ts';

type Filter = NonNullable<
  NonNullable<HTTPRoute['spec']['rules'][number]['backendRefs']>[number]['filters']
>[number];

/** What a backendRef's filters do to its share. */
export interface RefFilters {
  readonly requestHeaders?: HeaderMutation;
  readonly responseHeaders?: HeaderMutation;
}

/** Envoy Gateway's words for filters that a backendRef cannot have; `undefined` when all are possible. */
export function filterError(filters: readonly Filter[]): { index: number; message: string } | undefined {
  for (const [index, { type, urlRewrite }] of filters.entries()) {
    if (type === 'URLRewrite' && urlRewrite?.path !== undefined) {
      return { index, message: 'URLRewrite path modifier is not supported within BackendRef' };
    }
    if (!possible.has(type)) {
      return {
        index,
        message:
          'Specific filter is not supported within BackendRef, only RequestHeaderModifier, ResponseHeaderModifier, URLRewrite and gateway.envoyproxy.io/HTTPRouteFilter are supported',
      };
    }
  }
  return undefined;
}

const possible = new Set<Filter['type']>([
  'RequestHeaderModifier',
  'ResponseHeaderModifier',
  'URLRewrite',
  'ExtensionRef',
]);

/** Filters that a backendRef may have but that are not simulated, by index. */
export function unsimulatedFilters(filters: readonly Filter[]): readonly { index: number; type: string }[] {
  return filters.flatMap(({ type }, index) =>
    type === 'URLRewrite' || type === 'ExtensionRef' ? [{ index, type }] : [],
  );
}

/** Header changes of a backendRef's filters. */
export function refFilters(filters: readonly Filter[]): RefFilters {
  const request = filters.find(({ type }) => type === 'RequestHeaderModifier')?.requestHeaderModifier;
  const response = filters.find(({ type }) => type === 'ResponseHeaderModifier')?.responseHeaderModifier;
  return {
    ...(request === undefined ? {} : { requestHeaders: mutation(request) }),
    ...(response === undefined ? {} : { responseHeaders: mutation(response) }),
  };
}

function mutation({ set = [], add = [], remove = [] }: Partial<HeaderMutation>): HeaderMutation {
  return { set, add, remove };
}
