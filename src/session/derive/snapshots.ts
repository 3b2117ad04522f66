import { buildSnapshot, type SnapshotOptions } from '../../xds/build-snapshot.ts';
import type { Draft } from '../draft.ts';
import type { SessionState } from '../state.ts';
import { updateTenant } from '../tenants.ts';
import { desiredServices } from './desired-state.ts';
import { podKey } from './pods.ts';

/** How long a tenant's first snapshot waits for its pods, milliseconds. */
const podPatienceMs = 2000;

/** Encodes what changed for each tenant; a tenant whose model is the same gets nothing. */
export function deriveSnapshots(draft: Draft): void {
  for (const { name, model, encodedModel, snapshot: previous } of draft.state.tenants.values()) {
    if (model === undefined || model === encodedModel) continue;
    if (previous === undefined && !mayBegin(draft)) continue;
    const { snapshot, problems } = buildSnapshot(model, snapshotOptions(draft.state, name), previous);
    updateTenant(draft, name, { encodedModel: model, snapshot, problems });
    if (snapshot.version === previous?.version) continue;
    draft.effect({ type: 'set-snapshot', snapshot, cause: draft.cause });
  }
}

function snapshotOptions({ settings }: SessionState, tenant: string): SnapshotOptions {
  const { accessLog, eventLog } = settings.paths(tenant);
  const { sharesListeners } = settings.traits;
  return { accessLogPath: accessLog, eventLogPath: eventLog, requestEvents: true, sharesListeners };
}

/**
 * At the start Envoys get their first configuration when the pods are there: a health check that fails only because a
 * backend is a moment late would send the first requests elsewhere.
 */
function mayBegin(draft: Draft): boolean {
  const { loadedAtMs = draft.nowMs, readiness } = draft.state;
  const untilMs = loadedAtMs + podPatienceMs;
  if (readiness !== 'waiting' || draft.nowMs >= untilMs || areBackendsReady(draft.state)) return true;
  draft.effect({ type: 'wake', afterMs: untilMs - draft.nowMs });
  return false;
}

function areBackendsReady(state: SessionState): boolean {
  const { workloads, observed } = state;
  const ready = new Set(observed.pods.filter((pod) => pod.ready).map(podKey));
  if (!workloads.pods.every(({ pod }) => ready.has(podKey(pod)))) return false;
  const services = new Map(observed.services.map((service) => [podKey(service), service]));
  return desiredServices(state).every((desired) => {
    const service = services.get(podKey(desired));
    return service?.ready === true && JSON.stringify(service.ports) === JSON.stringify(desired.ports);
  });
}
