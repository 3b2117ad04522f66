import { envoyGatewayProvider } from '../../providers/envoy-gateway.ts';
import type { WantedSocket } from '../../runtime/runtime.ts';
import { dataPlaneGateways } from '../../translate/data-plane-gateways.ts';
import { declaredPorts } from '../../translate/listener-sets.ts';
import { buildWorkloads } from '../../translate/workloads.ts';
import type { Draft } from '../draft.ts';
import { keepEqual } from '../keep-equal.ts';
import { newTenant } from '../tenants.ts';

/** What follows from the declared objects alone: the providers' objects, pods and Services, ports and tenants. */
export function deriveResources(draft: Draft): void {
  const { resources } = draft.state.store;
  const expansion = envoyGatewayProvider.expand(resources);
  draft.update({ expansion, expandedFrom: resources, workloads: buildWorkloads(expansion.effective) });
  const wanted = keepEqual(draft.state.wanted, wantedSockets(draft), sameSocket);
  if (wanted === draft.state.wanted) return;
  draft.update({ wanted });
  draft.effect({ type: 'reserve-ports', wanted });
  deriveTenants(draft);
}

function wantedSockets({ state }: Draft): readonly WantedSocket[] {
  const sockets = new Map<string, WantedSocket>();
  if (state.expansion === undefined) return [];
  const { effective } = state.expansion;
  for (const resource of dataPlaneGateways(effective)) {
    const { object } = resource;
    const { namespace = '', name } = object.metadata;
    const requestedAddress = object.spec.addresses?.find(({ type }) => type === 'IPAddress')?.value;
    for (const port of declaredPorts(effective, resource)) {
      const gateway = `${namespace}/${name}`;
      sockets.set(`${gateway}:${port}`, {
        gateway,
        tenant: namespace,
        port,
        ...(requestedAddress === undefined ? {} : { requestedAddress }),
      });
    }
  }
  return [...sockets.values()];
}

function sameSocket(a: WantedSocket, b: WantedSocket): boolean {
  return a.gateway === b.gateway && a.port === b.port && a.requestedAddress === b.requestedAddress;
}

/** A tenant exists while one of its Gateways does. */
function deriveTenants(draft: Draft): void {
  const names = new Set(draft.state.wanted.map(({ tenant }) => tenant));
  const tenants = new Map([...draft.state.tenants].filter(([name]) => names.has(name)));
  for (const name of draft.state.tenants.keys()) {
    if (!names.has(name)) draft.effect({ type: 'remove-tenant', tenant: name });
  }
  for (const name of names) {
    if (tenants.has(name)) continue;
    tenants.set(name, newTenant(name));
    draft.effect({ type: 'issue-credentials', tenant: name });
  }
  draft.update({ tenants });
}
