import type { ObservedState } from '../runtime/runtime.ts';
import type { TranslateInput, Translation } from '../translate/translation.ts';
import { tickSampling } from './apply/access-log.ts';
import { applyControlPlaneEvent } from './apply/control-plane-event.ts';
import { applyFiles } from './apply/files.ts';
import { applyKillPod, applyRestartProxy } from './apply/intents.ts';
import { applyObjectWrite } from './apply/object-write.ts';
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
  /** How long the latest step took that derived, milliseconds. */
  readonly lastDeriveMs?: number;
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
  const isQuick = inputs.every((input) => changesNothing(input) || input.type === 'object-write');
  if (isQuick && inputs.some(({ type }) => type === 'object-write')) deriveInTime(draft, around);
  else if (!isQuick) derive(draft, around);
  return { state: draft.state, events: draft.events, effects: draft.effects };
}

function changesNothing(input: SessionInput): boolean {
  if (input.type === 'control-plane') return input.event.type === 'access-log';
  if (input.type === 'runtime') return input.event.type === 'image-pull';
  return input.type === 'stopped' || input.type === 'problem';
}

/** Least time between two steps that derive, while objects are written one after the other. */
const leastPauseMs = 20;

/**
 * Who writes a thousand objects waits for each of them. So what follows from a write is derived at once where nothing was
 * derived lately, else a moment later, together with that of other writes: deriving takes no more than half of the time.
 */
function deriveInTime(draft: Draft, around: Surroundings): void {
  const { derivedAtMs, deferred, expandedFrom, store } = draft.state;
  if (expandedFrom === store.resources) return;
  const pauseMs = Math.max(leastPauseMs, 2 * (around.lastDeriveMs ?? 0));
  const leftMs = derivedAtMs + pauseMs - draft.nowMs;
  if (leftMs <= 0 || leftMs > pauseMs) {
    derive(draft, around);
    return;
  }
  if (deferred === undefined) draft.effect({ type: 'wake', afterMs: leftMs });
  draft.update({ deferred: { cause: draft.cause ?? deferred?.cause, writes: draft.writes } });
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
    case 'object-write':
      applyObjectWrite(draft, input);
      return;
    case 'scale':
      applyScale(draft, input);
      return;
    case 'kill-pod':
      applyKillPod(draft, input);
      return;
    case 'restart-proxy':
      applyRestartProxy(draft, input);
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
  draft.cause ??= draft.state.deferred?.cause;
  draft.update({ derivedAtMs: draft.nowMs, deferred: undefined });
  observe(draft, observed);
  if (draft.state.expandedFrom !== draft.state.store.resources) deriveResources(draft);
  rememberPods(draft);
  markLeavingPods(draft);
  deriveTranslation(draft, translate);
  deriveSnapshots(draft);
  deriveOperations(draft);
  deriveDiagnostics(draft);
  deriveReadiness(draft);
}
