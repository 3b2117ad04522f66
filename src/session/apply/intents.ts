import { desiredState } from '../derive/desired-state.ts';
import type { Draft } from '../draft.ts';
import type { SessionInput } from '../inputs.ts';
import { envoyOfPod } from '../objects/envoy-objects.ts';

type KillPod = Extract<SessionInput, { type: 'kill-pod' }>;
type RestartProxy = Extract<SessionInput, { type: 'restart-proxy' }>;

/** Somebody wants to see a pod crash; a tenant's Envoy is replaced. One that is gone meanwhile is let be. */
export function applyKillPod(draft: Draft, { namespace, name, isDeleted }: KillPod): void {
  const tenant = envoyOfPod(draft.state, namespace, name);
  if (tenant !== undefined) {
    applyRestartProxy(draft, { type: 'restart-proxy', tenant });
    return;
  }
  const key = `${namespace}/${name}`;
  const facts = draft.state.podFacts.get(key);
  if (isDeleted && facts !== undefined) {
    draft.update({
      podFacts: new Map(draft.state.podFacts).set(key, { ...facts, createdAtMs: draft.nowMs }),
    });
  }
  const isThere = draft.state.observed.pods.some((pod) => pod.namespace === namespace && pod.name === name);
  if (!isThere) return;
  const cause = draft.emit({ type: 'Asked', what: 'kill-pod', target: name }, { tenant: namespace });
  draft.effect({ type: 'execute', operations: [{ type: 'kill-pod', namespace, name, cause }] });
}

/** Somebody wants another Envoy for a tenant. */
export function applyRestartProxy(draft: Draft, { tenant }: RestartProxy): void {
  const { proxies } = desiredState(draft.state, draft.nowMs);
  const proxy = proxies.find((one) => one.tenant === tenant);
  if (proxy === undefined) return;
  const cause = draft.emit({ type: 'Asked', what: 'restart-proxy', target: tenant }, { tenant });
  const reason = 'a restart was asked for';
  draft.effect({ type: 'execute', operations: [{ type: 'replace-proxy', proxy, reason, cause }] });
}
