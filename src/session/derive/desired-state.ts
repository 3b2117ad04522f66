import type { DesiredProxy, DesiredService, DesiredState } from '../../runtime/runtime.ts';
import { servicePorts } from '../../translate/backends/service-ports.ts';
import { proxyConcurrency } from '../../translate/policies/proxy-settings.ts';
import { buildBootstrap } from '../../xds/bootstrap.ts';
import type { SessionState, TenantState } from '../state.ts';
import { desiredPods, servingPods } from './pods.ts';
import { proxyNetwork } from './proxy-network.ts';

/** What the runtime shall make true, from all that is known. */
export function desiredState(state: SessionState, nowMs: number): DesiredState {
  return {
    proxies: [...state.tenants.values()].flatMap((tenant) => desiredProxy(state, tenant)),
    pods: desiredPods(state, nowMs),
    services: desiredServices(state),
  };
}

/**
 * An Envoy needs no model to start: it takes longest, so it is asked for first. One that has a network of its own must
 * wait for its ports, which are part of that.
 */
function desiredProxy(
  state: SessionState,
  { credentials, model, ...tenant }: TenantState,
): readonly DesiredProxy[] {
  const { expansion, settings } = state;
  if (credentials === undefined || expansion === undefined) return [];
  if (settings.traits.sharesListeners && mustWait(state, tenant.name)) return [];
  const paths = settings.paths(tenant.name);
  const bootstrap = buildBootstrap({
    tenant: tenant.name,
    controlPlane: credentials,
    adminSocketPath: paths.adminSocket,
    adminSocketMode: settings.traits.adminSocketMode,
    eventLogPath: paths.eventLog,
  });
  const concurrency = model?.proxy.concurrency ?? proxyConcurrency(expansion.effective, tenant.name);
  const network = proxyNetwork(state, tenant.name);
  return [{ tenant: tenant.name, bootstrap: JSON.stringify(bootstrap), concurrency, network }];
}

/** Whether ports of a tenant that has no Envoy yet are still looked for. */
function mustWait({ bindings, observed, wanted }: SessionState, name: string): boolean {
  if (observed.proxies.some(({ tenant }) => tenant === name)) return false;
  const known = new Set(bindings.map(({ gateway, port }) => `${gateway}:${port}`));
  return wanted.some(({ tenant, gateway, port }) => tenant === name && !known.has(`${gateway}:${port}`));
}

/** Each Service's own address hands connections to the ready pods that it selects. */
export function desiredServices(state: SessionState): readonly DesiredService[] {
  const pods = servingPods(state);
  return state.workloads.services.map(({ namespace, name, resource }) => ({
    namespace,
    name,
    ports: servicePorts(resource, state.workloads, pods),
  }));
}
