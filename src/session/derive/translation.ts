import { type Resource, resourceName } from '../../resources/resource.ts';
import { wholeSeconds } from '../../resources/whole-seconds.ts';
import type { ObservedPod, ObservedService } from '../../runtime/runtime.ts';
import { followModel } from '../../telemetry/track-health.ts';
import type { TranslateInput, Translation } from '../../translate/translation.ts';
import type { Draft } from '../draft.ts';
import { keepEqual } from '../keep-equal.ts';
import type { ResourceStatus, SessionState } from '../state.ts';
import { stampConditions } from '../status-times.ts';
import { updateTenant } from '../tenants.ts';
import { samePorts } from './observed.ts';
import { servingPods } from './pods.ts';

/** Translates what is declared to models and statuses. The translator caches by the identity of its inputs. */
export function deriveTranslation(draft: Draft, translate: (input: TranslateInput) => Translation): void {
  const { state } = draft;
  if (state.expansion === undefined) return;
  const previous = state.translated;
  if (previous === undefined && !arePortsKnown(state)) return;
  const { hostSocketFolder, runsImages } = state.settings.traits;
  const input: TranslateInput = {
    resources: state.expansion.effective,
    bindings: state.bindings,
    pods: keepEqual(previous?.pods ?? [], servingPods(state), samePod),
    services: keepEqual(previous?.services ?? [], state.observed.services, sameService),
    fidelity: state.settings.fidelity,
    runsImages,
    ...(hostSocketFolder === undefined ? {} : { hostSocketFolder }),
  };
  if (previous !== undefined && isSameInput(previous, input)) return;
  const translation = translate(input);
  draft.update({ translated: input, translation });
  for (const [name, { health }] of state.tenants) {
    const model = translation.tenants.get(name);
    // What was said about an endpoint that leaves must not be taken for one that gets its address later.
    updateTenant(draft, name, { model, ...(model && { health: followModel(health, model) }) });
  }
  deriveStatuses(draft, state.expansion.statuses(translation.statuses));
}

/** At the start the ports are known a moment later: translating before would be done twice, and Envoys would wait. */
function arePortsKnown({ bindings, wanted }: SessionState): boolean {
  const known = new Set(bindings.map(({ gateway, port }) => `${gateway}:${port}`));
  return wanted.every(({ gateway, port }) => known.has(`${gateway}:${port}`));
}

function isSameInput(a: TranslateInput, b: TranslateInput): boolean {
  return (
    a.resources === b.resources && a.bindings === b.bindings && a.pods === b.pods && a.services === b.services
  );
}

function samePod(a: ObservedPod, b: ObservedPod): boolean {
  return (
    a.namespace === b.namespace &&
    a.name === b.name &&
    a.address === b.address &&
    a.ready === b.ready &&
    samePorts(a.movedPorts, b.movedPorts)
  );
}

function sameService(a: ObservedService, b: ObservedService): boolean {
  return (
    a.namespace === b.namespace &&
    a.name === b.name &&
    a.address === b.address &&
    samePorts(a.movedPorts, b.movedPorts)
  );
}

/** Statuses keep the times of their conditions across edits of their object. */
function deriveStatuses(draft: Draft, raw: ReadonlyMap<Resource, unknown>): void {
  const now = wholeSeconds(draft.nowMs);
  const previous = draft.state.statuses;
  const replaced = new Map<string, ResourceStatus>();
  for (const [resource, status] of previous) {
    if (!raw.has(resource)) replaced.set(resourceName(resource), status);
  }
  const statuses = new Map<Resource, ResourceStatus>();
  for (const [resource, status] of raw) {
    const known = previous.get(resource) ?? replaced.get(resourceName(resource));
    const isSame = known !== undefined && known.raw === status;
    statuses.set(
      resource,
      isSame ? known : { raw: status, stamped: stampConditions(known?.stamped, status, now) },
    );
  }
  const stamped = new Map([...statuses].map(([resource, status]) => [resource, status.stamped]));
  draft.update({ statuses, store: draft.state.store.withStatuses(stamped) });
}
