import { plan } from '../../runtime/plan.ts';
import type { Draft } from '../draft.ts';
import type { SessionState } from '../state.ts';
import { desiredState } from './desired-state.ts';
import { withCause } from './operation-cause.ts';

/** Compares what runs with what should, and asks for the difference; not while nobody is there to carry it out. */
export function deriveOperations(draft: Draft): void {
  if (draft.state.isEngineLost || arePortsSought(draft.state)) return;
  const operations = plan(desiredState(draft.state, draft.nowMs), draft.state.observed, draft.cause);
  if (operations.length === 0) return;
  draft.effect({ type: 'execute', operations: operations.map((operation) => withCause(draft, operation)) });
}

/**
 * Whether the first ports are still looked for, where containers are made for them: when any is taken at the start,
 * nothing shall have been made.
 */
function arePortsSought({ bindings, readiness, settings, wanted }: SessionState): boolean {
  if (readiness !== 'waiting' || !settings.traits.sharesListeners) return false;
  const known = new Set(bindings.map(({ gateway, port }) => `${gateway}:${port}`));
  return wanted.some(({ gateway, port }) => !known.has(`${gateway}:${port}`));
}
