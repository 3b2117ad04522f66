import type { Deployment } from '../../gen/kinds/deployment.ts';
import { objectKey } from '../../resources/manifest.ts';
import type { KubeObject } from '../../resources/resource.ts';
import type { ResourceStore } from '../../resources/store.ts';
import type { Draft } from '../draft.ts';
import type { SessionInput } from '../inputs.ts';

/** Takes over what was written through the API. Files stay as they are, and the next save of one wins again. */
export function applyObjectWrite(draft: Draft, input: Extract<SessionInput, { type: 'object-write' }>): void {
  const before = draft.state.store;
  const now = new Date(draft.nowMs).toISOString();
  let store = before;
  for (const object of input.put) store = store.putObject(object, now);
  if (input.delete.length > 0) store = store.deleteObjects(input.delete, now);
  for (const { key, status } of input.statuses ?? []) store = store.putStatus(key, status);
  if (store === before) return;
  draft.update({ store });
  const keys = input.put.map(({ kind, metadata }) => objectKey(kind, metadata.namespace, metadata.name));
  for (const { key: resource } of input.statuses ?? []) {
    draft.emit({ type: 'ObjectChanged', resource, change: 'configured', by: input.by });
  }
  for (const resource of [...keys, ...input.delete]) tell(draft, { before, store, resource, by: input.by });
}

interface Written {
  readonly before: ResourceStore;
  readonly store: ResourceStore;
  readonly resource: string;
  readonly by: string;
}

function tell(draft: Draft, { before, store, resource, by }: Written): void {
  const old = before.byKey(resource)?.object;
  const now = store.byKey(resource)?.object;
  if (old === now) return;
  const [, namespace, name] = resource.split('/');
  const tenant = name !== undefined && draft.state.tenants.has(namespace ?? '') ? namespace : undefined;
  const [from, to] = [replicasOf(old), replicasOf(now)];
  if (from !== undefined && to !== undefined && from !== to) {
    draft.cause = draft.emit({ type: 'Scaled', resource, from, to }, { tenant: namespace });
  } else {
    const change = old === undefined ? 'created' : now === undefined ? 'deleted' : 'configured';
    draft.cause = draft.emit({ type: 'ObjectChanged', resource, change, by }, { tenant });
  }
  draft.writes.set(resource, draft.cause);
}

function replicasOf(object: KubeObject | undefined): number | undefined {
  return object?.kind === 'Deployment' ? ((object as Deployment).spec?.replicas ?? 1) : undefined;
}
