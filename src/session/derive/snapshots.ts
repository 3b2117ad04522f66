import { buildSnapshot } from '../../xds/build-snapshot.ts';
import type { Draft } from '../draft.ts';
import { updateTenant } from '../tenants.ts';

/** Encodes what changed for each tenant; a tenant whose model is the same gets nothing. */
export function deriveSnapshots(draft: Draft): void {
  for (const { name, model, encodedModel, snapshot: previous } of draft.state.tenants.values()) {
    if (model === undefined || model === encodedModel) continue;
    const paths = draft.state.settings.paths(name);
    const options = { accessLogPath: paths.accessLog, eventLogPath: paths.eventLog, requestEvents: true };
    const { snapshot, problems } = buildSnapshot(model, options, previous);
    updateTenant(draft, name, { encodedModel: model, snapshot, problems });
    if (snapshot.version === previous?.version) continue;
    draft.effect({ type: 'set-snapshot', snapshot, cause: draft.cause });
  }
}
