import { type DumpedResource, type Json, list, object, text, texts } from './config-dump.ts';

/** Routes in the order in which Envoy tries them: table, host, what matches, the object they are of, where they lead. */
export function routesTable(tables: readonly DumpedResource[]): readonly (readonly string[])[] {
  const rows = tables.flatMap(({ name, resource }) =>
    list(resource, 'virtual_hosts').flatMap((host) =>
      list(host, 'routes').map((route) => [
        name,
        text(host, 'name'),
        domainsOf(host),
        matchOf(object(route.match)),
        resourceOf(route),
        destinationOf(route),
      ]),
    ),
  );
  return [['NAME', 'VHOST NAME', 'DOMAINS', 'MATCH', 'ROUTE', 'DESTINATION'], ...rows];
}

function domainsOf(host: Json): string {
  const [first = '', ...others] = texts(host, 'domains');
  return others.length === 0 ? first : `${first}, + ${others.length} more...`;
}

function matchOf(match: Json): string {
  const words = [
    pathOf(match),
    ...list(match, 'headers').map((header) => header),
    ...list(match, 'query_parameters'),
  ];
  return words.map((word) => (typeof word === 'string' ? word : conditionOf(word))).join(' ');
}

function pathOf(match: Json): string {
  const exact = text(match, 'path');
  const separated = text(match, 'path_separated_prefix');
  const regex = text(object(match.safe_regex), 'regex');
  if (exact !== '') return exact;
  if (regex !== '') return `regex ${regex}`;
  return separated === '' ? `${text(match, 'prefix')}*` : `${separated}[/*]`;
}

function conditionOf(condition: Json): string {
  const name = text(condition, 'name');
  const match = object(condition.string_match);
  const value = text(match, 'exact') || text(object(match.safe_regex), 'regex');
  return name === ':method' ? value : `${name}=${value}`;
}

/** `HTTPRoute shop.demo` as Istio names objects, of `httproute/demo/shop/rule/0/match/0/…`. */
function resourceOf(route: Json): string {
  const [kind, namespace, name, , rule] = text(route, 'name').split('/');
  return name === undefined ? '-' : `${kind}/${name}.${namespace} rule ${rule}`;
}

function destinationOf(route: Json): string {
  const action = object(route.route);
  const redirect = object(route.redirect);
  if ('direct_response' in route) return `status ${object(route.direct_response).status}`;
  if ('redirect' in route) {
    const host = text(redirect, 'host_redirect');
    const path = text(redirect, 'path_redirect') || text(redirect, 'prefix_rewrite');
    return `redirect ${text(redirect, 'response_code') || 'MOVED_PERMANENTLY'} ${host}${path}`.trimEnd();
  }
  const weighted = list(object(action.weighted_clusters), 'clusters');
  if (weighted.length === 0) return text(action, 'cluster') || '-';
  return weighted.map((one) => `${text(one, 'name')} (${one.weight ?? 0})`).join(', ');
}
