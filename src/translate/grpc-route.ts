import type { GRPCRoute } from '../gen/kinds/grpc-route.ts';
import type { HTTPRoute } from '../gen/kinds/http-route.ts';
import type { Resource } from '../resources/resource.ts';
import type { Resources } from '../resources/resources.ts';

/** Kinds of routes on HTTP listeners; what differs between them is said by `object.kind`. */
export const routeKinds = ['HTTPRoute', 'GRPCRoute'] as const;

type GrpcRule = NonNullable<GRPCRoute['spec']['rules']>[number];
type GrpcMatch = NonNullable<GrpcRule['matches']>[number];
type HttpRule = HTTPRoute['spec']['rules'][number];
type HttpMatch = HttpRule['matches'][number];

const views = new WeakMap<Resource<GRPCRoute>, Resource<HTTPRoute>>();
const originals = new WeakMap<Resource<HTTPRoute>, Resource>();

/**
 * All routes of HTTP listeners, GRPCRoutes in the form of HTTPRoutes: a gRPC call is a request for `/service/method`
 * (gRPC over HTTP/2), so their matches are conditions on the path. Name, kind, metadata and places stay the GRPCRoute's own.
 */
export function allRoutes(resources: Resources): readonly Resource<HTTPRoute>[] {
  const grpc = resources.list<GRPCRoute>('GRPCRoute');
  const http = resources.list<HTTPRoute>('HTTPRoute');
  return grpc.length === 0 ? http : [...http, ...grpc.map(viewOf)];
}

/** The resource that a route is declared as: whose status it is. */
export function declaredRoute(route: Resource<HTTPRoute>): Resource {
  return originals.get(route) ?? route;
}

/** Whether a route is for gRPC: its backends speak HTTP/2 whatever else is said of them. */
export function isGrpc(route: Resource<HTTPRoute>): boolean {
  const kind: string = route.object.kind;
  return kind === 'GRPCRoute';
}

function viewOf(route: Resource<GRPCRoute>): Resource<HTTPRoute> {
  const known = views.get(route);
  if (known !== undefined) return known;
  const { spec } = route.object;
  const rules = (spec.rules ?? []).map(ruleOf);
  // The types of both kinds' filters and references are the same but for their names.
  const object = { ...route.object, spec: { ...spec, rules } } as unknown as HTTPRoute;
  const view: Resource<HTTPRoute> = { object, origin: route.origin };
  views.set(route, view);
  originals.set(view, route);
  return view;
}

function ruleOf({ matches = [], ...rule }: GrpcRule): HttpRule {
  return { ...rule, matches: matches.map(matchOf) } as unknown as HttpRule;
}

/** Names as Envoy Gateway takes them where a match leaves one of them open. */
const anyName = '[A-Za-z_][A-Za-z_0-9.]*';

function matchOf({ method, headers = [] }: GrpcMatch): HttpMatch {
  const path = pathOf(method);
  return { ...(path !== undefined && { path }), headers } as HttpMatch;
}

/** The condition on the path (Gateway API v1.6.1, GRPCMethodMatch); `undefined`: every method. */
function pathOf(method: GrpcMatch['method']): HttpMatch['path'] | undefined {
  const { type = 'Exact', service = '', method: name = '' } = method ?? {};
  if (service === '' && name === '') return undefined;
  if (type === 'RegularExpression') {
    return { type: 'RegularExpression', value: `/${service || anyName}/${name || anyName}` };
  }
  if (name === '') return { type: 'PathPrefix', value: `/${service}/` };
  if (service === '') return { type: 'RegularExpression', value: `/${anyName}/${name}` };
  return { type: 'Exact', value: `/${service}/${name}` };
}
