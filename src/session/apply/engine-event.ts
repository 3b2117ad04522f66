import type { RuntimeEvent } from '../../runtime/runtime-event.ts';
import type { Draft } from '../draft.ts';
import { withoutEnvoy } from './proxy-event.ts';

type EngineEvent = Extract<RuntimeEvent, { readonly type: 'engine-lost' | 'engine-back' }>;

/** With who runs the containers all of them are gone. What shall run is planned anew when it is back. */
export function applyEngineEvent(draft: Draft, event: EngineEvent): void {
  if (event.type === 'engine-back') {
    if (!draft.state.isEngineLost) return;
    draft.update({ isEngineLost: false });
    draft.cause = draft.emit({ type: 'EngineBack', awayMs: event.awayMs });
    askAgain(draft);
    return;
  }
  if (draft.state.isEngineLost) return;
  const gone = withoutEnvoy(draft.nowMs);
  const tenants = [...draft.state.tenants].map(([name, tenant]) => [name, { ...tenant, ...gone }] as const);
  draft.update({ isEngineLost: true, tenants: new Map(tenants), pulls: new Map(), leaving: new Map() });
  draft.emit({ type: 'EngineLost', reason: event.reason });
}

/** What was asked for while nobody was there to answer. */
function askAgain(draft: Draft): void {
  const { tenants, wanted } = draft.state;
  if (wanted.length > 0) draft.effect({ type: 'reserve-ports', wanted });
  for (const { name, credentials } of tenants.values()) {
    if (credentials === undefined) draft.effect({ type: 'issue-credentials', tenant: name });
  }
}
