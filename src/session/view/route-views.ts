import type { Route, RouteAction, RouteMatch, RouteTable, ValueMatch } from '../../model/route.ts';
import { sourceName } from '../../model/source.ts';
import { clusterLabel } from './backend-label.ts';
import type { RouteView } from './instance-view.ts';
import { keepArray, keepDeepEqual } from './keep-view.ts';

const known = new WeakMap<readonly RouteTable[], readonly RouteView[]>();

/**
 * Routes in the order in which Envoy tries them; one that several listeners have is there once. What says the same as
 * in `previous` keeps its identity.
 */
export function routeViews(
  routeTables: readonly RouteTable[],
  previous: readonly RouteView[] = [],
): readonly RouteView[] {
  const done = known.get(routeTables);
  if (done !== undefined) return done;
  const before = new Map(previous.map((view) => [view.name, view]));
  const byName = new Map<string, RouteView>();
  for (const { virtualHosts } of routeTables)
    for (const { domains, routes } of virtualHosts)
      for (const route of routes) {
        const { name } = route;
        if (!byName.has(name)) byName.set(name, keepDeepEqual(before.get(name), viewOf(route, domains)));
      }
  const views = keepArray(previous, [...byName.values()]);
  known.set(routeTables, views);
  return views;
}

function viewOf({ name, source, match, action }: Route, hosts: readonly string[]): RouteView {
  return {
    name,
    resource: sourceName(source),
    rule: Number(/^rule\/(\d+)/.exec(source.section ?? '')?.[1] ?? 0),
    hosts,
    path: pathOf(match),
    conditions: conditionsOf(match),
    action: actionOf(action),
  };
}

function pathOf({ path: { type, value } }: RouteMatch): string {
  if (type === 'exact') return `= ${value}`;
  return type === 'regex' ? `~ ${value}` : value;
}

function conditionsOf({ method, headers, queryParams }: RouteMatch): readonly string[] {
  return [
    ...(method === undefined ? [] : [`method=${method}`]),
    ...headers.map((header) => `header ${conditionWords(header)}`),
    ...queryParams.map((param) => `query ${conditionWords(param)}`),
  ];
}

function conditionWords({ name, type, value }: ValueMatch): string {
  return `${name}${type === 'regex' ? '~' : '='}${value}`;
}

function actionOf(action: RouteAction): RouteView['action'] {
  switch (action.type) {
    case 'forward':
      return {
        type: 'forward',
        backends: action.clusters.map(({ cluster, weight }) => ({
          cluster,
          label: cluster === null ? 'no backend (500)' : clusterLabel(cluster),
          weight,
        })),
      };
    case 'redirect': {
      const { status, scheme, host, port, path } = action;
      const where = [
        ...(scheme === undefined ? [] : [`${scheme}://`]),
        host ?? '',
        ...(port === undefined ? [] : [`:${port}`]),
        path === undefined ? '' : path.type === 'prefix' ? `${path.value}…` : path.value,
      ].join('');
      return { type: 'redirect', words: `${status} ${where}`.trimEnd() };
    }
    case 'direct':
      return { type: 'direct', status: action.status };
  }
}
