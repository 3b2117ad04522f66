import type { KubeObject } from '../../resources/resource.ts';
import { failure } from '../kube-status.ts';
import type { ApiCall, Reply } from '../route.ts';

/** `POST /calb/v1/pods/NAMESPACE/NAME/kill`: ends a pod as if it had crashed. */
export function postKillPod({ state, params }: ApiCall): Reply {
  const { namespace = '', name = '' } = params;
  const pod = state.get('Pod', namespace, name);
  if (pod === undefined) return failure('NotFound', `pods "${name}" not found`, { name, kind: 'pods' });
  const reason = waitingReason(pod);
  if (reason !== undefined) {
    return failure('Conflict', `pod ${name} has no program that could be ended: ${reason}`, {
      name,
      kind: 'pods',
    });
  }
  state.killPod(namespace, name);
  return accepted;
}

/** `POST /calb/v1/proxies/TENANT/restart`: replaces the Envoy of a tenant. */
export function postRestartProxy({ state, params }: ApiCall): Reply {
  const { tenant = '' } = params;
  const names = state.view().tenants.map(({ name }) => name);
  if (!names.includes(tenant)) return failure('NotFound', `tenant "${tenant}" not found`, { name: tenant });
  state.restartProxy(tenant);
  return accepted;
}

/** `POST /calb/v1/reread`: reads all files again; what was changed by other means follows them again. */
export function postReread({ state }: ApiCall): Reply {
  state.reread();
  return accepted;
}

/** Why the only container of a pod does not run; `undefined` where it does. */
function waitingReason({ status }: KubeObject): string | undefined {
  const [container] = (status as PodStatus | undefined)?.containerStatuses ?? [];
  return container?.state?.waiting?.reason;
}

interface PodStatus {
  readonly containerStatuses?: readonly {
    readonly state?: { readonly waiting?: { readonly reason?: string } };
  }[];
}

const accepted: Reply = { status: 202, body: { accepted: true } };
