import type { ObservedState } from '../runtime/runtime.ts';
import type { TranslateInput, Translation } from '../translate/translation.ts';
import { tickSampling } from './apply/access-log.ts';
import { applyControlPlaneEvent } from './apply/control-plane-event.ts';
import { applyFiles } from './apply/files.ts';
import { applyRuntimeEvent } from './apply/runtime-event.ts';
import { applyScale } from './apply/scale.ts';
import { deriveDiagnostics } from './derive/diagnostics.ts';
import { observe } from './derive/observed.ts';
import { deriveOperations } from './derive/operations.ts';
import { markLeavingPods, rememberPods } from './derive/pods.ts';
import { becomeReady, deriveReadiness } from './derive/readiness.ts';
import { deriveResources } from './derive/resources.ts';
import { deriveSnapshots } from './derive/snapshots.ts';
import { deriveTranslation } from './derive/translation.ts';
import { Draft } from './draft.ts';
import type { Effect } from './effects.ts';
import type { SessionEvent } from './events.ts';
import type { SessionInput } from './inputs.ts';
import type { SessionState } from './state.ts';

/** What a step reads beside its inputs. */
export interface Surroundings {
  /** Milliseconds since the epoch. */
  readonly nowMs: number;
  /** What the runtime runs right now. */
  readonly observed: ObservedState;
  /** Pure in its results; caches by identity across steps. */
  readonly translate: (input: TranslateInput) => Translation;
}

export interface Step {
  readonly state: SessionState;
  readonly events: readonly SessionEvent[];
  readonly effects: readonly Effect[];
}

/**
 * One step of the session: what happened is told, then everything that follows from the new state is derived: the
 * translation, the tenants' snapshots, the operations of the runtime. Pure.
 */
export function reduce(state: SessionState, inputs: readonly SessionInput[], around: Surroundings): Step {
  const draft = new Draft(state, around.nowMs);
  for (const input of inputs) apply(draft, input);
  // Finished requests, say, change nothing: deriving again for each of them would only cost time.
  if (!inputs.every(changesNothing)) derive(draft, around);
  return { state: draft.state, events: draft.events, effects: draft.effects };
}

function changesNothing(input: SessionInput): boolean {
  if (input.type === 'control-plane') return input.event.type === 'access-log';
  if (input.type === 'runtime') return input.event.type === 'image-pull';
  return input.type === 'stopped' || input.type === 'problem';
}

function apply(draft: Draft, input: SessionInput): void {
  switch (input.type) {
    case 'files-read':
      applyFiles(draft, input);
      return;
    case 'ports-reserved':
      draft.update({ bindings: input.bindings });
      return;
    case 'credentials-ready':
      applyCredentials(draft, input);
      return;
    case 'runtime':
      applyRuntimeEvent(draft, input.event);
      return;
    case 'control-plane':
      applyControlPlaneEvent(draft, input.event);
      return;
    case 'listeners-answered':
      becomeReady(draft);
      return;
    case 'problem':
      draft.emit({ type: 'Problem', message: input.message, hint: input.hint });
      return;
    case 'scale':
      applyScale(draft, input);
      return;
    case 'stopped':
      draft.emit({ type: 'Stopped', removed: input.removed, durationMs: input.durationMs });
      return;
    case 'deadline':
      tickSampling(draft);
      return;
  }
}

function applyCredentials(draft: Draft, input: Extract<SessionInput, { type: 'credentials-ready' }>): void {
  const tenant = draft.state.tenants.get(input.tenant);
  if (tenant === undefined) return;
  const tenants = new Map(draft.state.tenants).set(input.tenant, {
    ...tenant,
    credentials: input.credentials,
  });
  draft.update({ tenants });
}

/** The stages, in the way of a save (see src/README.md). */
function derive(draft: Draft, { observed, translate }: Surroundings): void {
  observe(draft, observed);
  if (draft.state.expansion === undefined || draft.state.store.resources !== draft.before.store.resources) {
    deriveResources(draft);
  }
  rememberPods(draft);
  markLeavingPods(draft);
  deriveTranslation(draft, translate);
  deriveSnapshots(draft);
  deriveOperations(draft);
  deriveDiagnostics(draft);
  deriveReadiness(draft);
}
