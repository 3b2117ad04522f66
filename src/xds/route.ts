import type {
  DirectResponseActionJson,
  RedirectActionJson,
  RouteJson,
  VirtualHostJson,
} from '../gen/envoy/envoy/config/route/v3/route_components_pb.js';
import type { RouteConfigurationJson } from '../gen/envoy/envoy/config/route/v3/route_pb.js';
import type { DirectResponseAction, RedirectAction, Route, RouteTable, VirtualHost } from '../model/route.ts';
import { forwardActionJson, isRefused } from './forward-action.ts';
import { headerFields } from './header-mutation.ts';
import { pathReplacement } from './path-rewrite.ts';
import { perRouteFilters } from './route-filters.ts';
import { routeMatchJson } from './route-match.ts';

/** A route table (RDS) in one piece. */
export function routeTableJson(table: RouteTable): RouteConfigurationJson {
  return { ...routeTableHeadJson(table), virtual_hosts: table.virtualHosts.map(virtualHostJson) };
}

/** A route table without its virtual hosts. */
export function routeTableHeadJson(table: RouteTable): RouteConfigurationJson {
  // Hosts are matched without their port, and backends see the host as the client sent it.
  return { name: table.name, ignore_port_in_host_matching: true };
}

/** A virtual host with its routes. */
export function virtualHostJson(host: VirtualHost): VirtualHostJson {
  return { ...virtualHostHeadJson(host), routes: host.routes.map(routeJson) };
}

/** A virtual host without its routes. */
export function virtualHostHeadJson(host: VirtualHost): VirtualHostJson {
  return { name: host.name, domains: [...host.domains] };
}

/** One route. */
export function routeJson(route: Route): RouteJson {
  const filters = perRouteFilters(route);
  return {
    name: route.name,
    match: routeMatchJson(route.match),
    ...action(route),
    ...headerFields(route.requestHeaders, route.responseHeaders),
    ...(filters && { typed_per_filter_config: filters }),
  };
}

function action({ action, match }: Route): RouteJson {
  switch (action.type) {
    case 'redirect':
      return { redirect: redirect(action, match.path) };
    case 'direct':
      return { direct_response: directResponse(action) };
    case 'forward':
      // Nothing to forward to: every share is missing, refused or zero.
      if (isRefused(action)) return { direct_response: { status: 500 } };
      return { route: forwardActionJson(action, match.path) };
  }
}

function directResponse({ status, body }: DirectResponseAction): DirectResponseActionJson {
  return { status, ...(body !== undefined && { body: { inline_string: body } }) };
}

const redirectCodes = {
  301: 'MOVED_PERMANENTLY',
  302: 'FOUND',
  303: 'SEE_OTHER',
  307: 'TEMPORARY_REDIRECT',
  308: 'PERMANENT_REDIRECT',
} as const;

function redirect(action: RedirectAction, match: Route['match']['path']): RedirectActionJson {
  const { host, path, port, scheme, status } = action;
  return {
    ...(scheme !== undefined && { scheme_redirect: scheme }),
    ...(host !== undefined && { host_redirect: host }),
    ...(port !== undefined && { port_redirect: port }),
    ...(path !== undefined && redirectPath(path, match)),
    response_code: redirectCodes[status],
  };
}

function redirectPath(
  path: NonNullable<RedirectAction['path']>,
  match: Route['match']['path'],
): RedirectActionJson {
  const replacement = pathReplacement(path, match);
  switch (replacement?.type) {
    case 'full':
      return { path_redirect: replacement.value };
    case 'prefix':
      return { prefix_rewrite: replacement.value };
    case 'regex':
      return { regex_rewrite: replacement.value };
    default:
      return {};
  }
}
