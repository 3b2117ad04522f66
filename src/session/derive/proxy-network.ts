import type { ProxyNetwork } from '../../runtime/runtime.ts';
import type { SessionState } from '../state.ts';

/** What a tenant's Envoy must be connected to where it has a network of its own. */
export function proxyNetwork({ bindings }: SessionState, tenant: string): ProxyNetwork {
  return {
    bindings: bindings.filter(
      ({ gateway, conflict }) => conflict === undefined && gateway.startsWith(`${tenant}/`),
    ),
    services: [],
    reaches: [],
    hostTargets: [],
  };
}
