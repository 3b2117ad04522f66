import type {
  ClusterView,
  EndpointView,
  InstanceView,
  RouteView,
  TenantView,
} from '../../../src/session/view/instance-view.ts';
import { matchesFilter } from '../../output/matches-filter.ts';
import type { AppState, CommandEntry, PaneId } from '../app-state.ts';
import type { Meter, RequestEvent } from './meter.ts';
import type { TimelineEntry } from './timeline.ts';

/** Something that can be selected. */
export interface Item<T> {
  readonly key: string;
  readonly value: T;
}

export interface EndpointItem {
  readonly cluster: ClusterView;
  readonly endpoint: EndpointView;
}

/** The rows of all panes, filtered, in the order in which they are drawn. */
export interface Lists {
  readonly tenant: TenantView | undefined;
  /** 1 and up; 0 without tenants. */
  readonly tenantNumber: number;
  readonly tenantCount: number;
  readonly tenantNames: readonly string[];
  readonly routes: readonly Item<RouteView>[];
  readonly endpoints: readonly Item<EndpointItem>[];
  readonly timeline: readonly Item<TimelineEntry>[];
  readonly requests: readonly Item<RequestEvent>[];
  readonly commands: readonly Item<CommandEntry>[];
}

/** What lists are made of. */
export interface ListSource {
  readonly view: InstanceView | undefined;
  readonly entries: readonly TimelineEntry[];
  readonly meter: Meter;
}

/** Makes the lists; what did not change is not made again, for there can be thousands of routes. */
export function createLists(): (source: ListSource, state: AppState) => Lists {
  const routes = memo(routeItems);
  const timeline = memo(timelineItems);
  return ({ view, entries, meter }, state) => {
    const tenants = view?.tenants ?? [];
    const index = Math.max(
      0,
      tenants.findIndex(({ name }) => name === state.tenant),
    );
    const tenant = tenants[index];
    const shownRoutes = routes(tenant?.routes, state.filters.routes ?? '');
    return {
      tenant,
      tenantNumber: tenant === undefined ? 0 : index + 1,
      tenantCount: tenants.length,
      tenantNames: tenants.map(({ name }) => name),
      routes: shownRoutes,
      endpoints: endpointItems(tenant, selectedItem(shownRoutes, state.selected.routes)?.value, state),
      timeline: timeline(entries, tenant?.name, `${state.faultsOnly}${state.filters.timeline ?? ''}`),
      requests: requestItems(meter.requests(tenant?.name), state),
      commands: state.commands.map((value, at) => ({ key: String(at), value })),
    };
  };
}

/** The selected item, else the first one. */
export function selectedItem<T>(items: readonly Item<T>[], key: string | undefined): Item<T> | undefined {
  return (key === undefined ? undefined : items.find((item) => item.key === key)) ?? items[0];
}

/** Panes that show the latest at their end and follow it while nothing is selected. */
export function isFollowing(pane: PaneId): boolean {
  return pane === 'timeline' || pane === 'requests' || pane === 'commands';
}

function routeItems(routes: readonly RouteView[] = [], filter: string): readonly Item<RouteView>[] {
  return routes
    .filter((route) => filter === '' || matchesFilter(routeText(route), filter))
    .map((value) => ({ key: value.name, value }));
}

function routeText({ hosts, path, conditions, resource, action }: RouteView): string {
  const backends = action.type === 'forward' ? action.backends.map(({ label }) => label) : [action.type];
  return [...hosts, path, ...conditions, resource, ...backends].join(' ');
}

/** Endpoints of the selected route; with `faultsOnly` all of the tenant that are out. */
function endpointItems(
  tenant: TenantView | undefined,
  route: RouteView | undefined,
  { faultsOnly, filters }: AppState,
): readonly Item<EndpointItem>[] {
  const names =
    route?.action.type === 'forward' ? route.action.backends.map(({ cluster }) => cluster) : undefined;
  const clusters = (tenant?.clusters ?? []).filter(
    ({ name }) => faultsOnly || names === undefined || names.includes(name),
  );
  const filter = filters.endpoints ?? '';
  return clusters
    .flatMap((cluster) => cluster.endpoints.map((endpoint) => ({ cluster, endpoint })))
    .filter(({ endpoint }) => !faultsOnly || endpoint.state === 'unhealthy' || endpoint.state === 'ejected')
    .filter(({ endpoint }) => filter === '' || matchesFilter(Object.values(endpoint).join(' '), filter))
    .map((value) => ({
      key: `${value.cluster.name} ${value.endpoint.declared} ${value.endpoint.address}`,
      value,
    }));
}

function timelineItems(
  entries: readonly TimelineEntry[],
  tenant: string | undefined,
  settings: string,
): readonly Item<TimelineEntry>[] {
  const faultsOnly = settings.startsWith('true');
  const filter = settings.slice(faultsOnly ? 4 : 5);
  return entries
    .filter((entry) => entry.tenant === '' || tenant === undefined || entry.tenant === tenant)
    .filter((entry) => !faultsOnly || entry.isFault)
    .filter(
      ({ word, text, because = '' }) => filter === '' || matchesFilter(`${word} ${text} ${because}`, filter),
    )
    .map((value) => ({ key: String(value.seq), value }));
}

function requestItems(
  requests: readonly RequestEvent[],
  { faultsOnly, filters }: AppState,
): readonly Item<RequestEvent>[] {
  const filter = filters.requests ?? '';
  return requests
    .filter(
      ({ status, responseFlags }) => !faultsOnly || status === 0 || status >= 400 || responseFlags !== '',
    )
    .filter((request) => filter === '' || matchesFilter(Object.values(request).join(' '), filter))
    .map((value) => ({ key: String(value.seq), value }));
}

/** Remembers the last result, for the same arguments. */
function memo<A extends readonly unknown[], R>(make: (...args: A) => R): (...args: A) => R {
  let known: { readonly args: A; readonly result: R } | undefined;
  return (...args) => {
    const last = known;
    if (last !== undefined && args.every((argument, index) => argument === last.args[index]))
      return last.result;
    const result = make(...args);
    known = { args, result };
    return result;
  };
}
