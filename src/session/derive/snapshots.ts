import { buildSnapshot } from '../../xds/build-snapshot.ts';
import type { Draft } from '../draft.ts';
import { updateTenant } from '../tenants.ts';

/** Encodes what changed for each tenant; a tenant whose model is the same gets nothing. */
export function deriveSnapshots(draft: Draft): void {
  for (const { name, model, credentials, snapshot } of draft.state.tenants.values()) {
    if (model === undefined || credentials === undefined) continue;
    const next = buildSnapshot(model, snapshotOptions(draft, name, credentials.token), snapshot);
    if (next === snapshot || next.version === snapshot?.version) continue;
    updateTenant(draft, name, { snapshot: next });
    draft.effect({ type: 'set-snapshot', snapshot: next, cause: draft.cause });
  }
}

function snapshotOptions({ state }: Draft, tenant: string, token: string) {
  const paths = state.settings.paths(tenant);
  return { accessLogPath: paths.accessLog, eventLogPath: paths.eventLog, token };
}
