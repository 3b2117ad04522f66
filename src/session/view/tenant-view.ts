import type { Tenant } from '../../model/tenant.ts';
import type { ListenerReport } from '../derive/listener-urls.ts';
import type { SessionState, TenantState } from '../state.ts';
import { clusterView } from './cluster-view.ts';
import type { ListenerView, ProxyView, TenantView } from './instance-view.ts';
import { keepArray, keepDeepEqual, keepFields } from './keep-view.ts';
import { routeViews } from './route-views.ts';

const noRoutes: Tenant['routeTables'] = [];

/** A tenant and what its view was made from, to make it again only when that changes. */
export interface KeptTenant {
  readonly madeFrom: readonly unknown[];
  readonly view: TenantView;
}

/** A tenant as it is; the same view as before while it says the same. */
export function tenantView(
  state: SessionState,
  tenant: TenantState,
  reports: readonly ListenerReport[],
  previous: KeptTenant | undefined,
): KeptTenant {
  const { model, sampling, snapshot, ackedVersion, isConnected, envoy, health, name } = tenant;
  const madeFrom = [
    ...[model, sampling.percent, snapshot, ackedVersion, isConnected, envoy, health, reports],
    ...[state.rejections, state.observed, state.leaving, state.podFacts, state.expansion],
  ];
  if (previous?.madeFrom.every((part, index) => part === madeFrom[index]) === true) return previous;
  const before = previous?.view;
  const clusters = new Map(before?.clusters.map((cluster) => [cluster.name, cluster]));
  const view: TenantView = {
    name,
    snapshot: snapshot?.version ?? null,
    acked: ackedVersion ?? null,
    rejected: keepArray(before?.rejected, rejectionsOf(state, name)),
    isConnected,
    proxy: keepDeepEqual(before?.proxy, proxyView(state, tenant)),
    listeners: keepDeepEqual(
      before?.listeners,
      reports.filter((report) => report.tenant === name).map(listenerView),
    ),
    routes: routeViews(model?.routeTables ?? noRoutes, before?.routes),
    clusters: keepArray(
      before?.clusters,
      (model?.clusters ?? []).map((cluster) =>
        clusterView(state, tenant, cluster, clusters.get(cluster.name)),
      ),
    ),
    sampledPercent: sampling.percent,
  };
  return { madeFrom, view: keepFields(before, view) };
}

function rejectionsOf({ rejections }: SessionState, tenant: string): readonly string[] {
  return [...rejections]
    .filter(([key]) => key.startsWith(`${tenant}\u0000`))
    .map(([, finding]) => finding.message);
}

function proxyView({ observed }: SessionState, { name, envoy }: TenantState): ProxyView {
  const state = observed.proxies.find(({ tenant }) => tenant === name)?.state ?? 'absent';
  return { state, ...envoy };
}

function listenerView({ programmed, protocol: _, sockets: __, ...url }: ListenerReport): ListenerView {
  return { ...url, isProgrammed: programmed };
}
