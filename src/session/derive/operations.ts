import { plan } from '../../runtime/plan.ts';
import type { Draft } from '../draft.ts';
import { desiredState } from './desired-state.ts';

/** Compares what runs with what should, and asks for the difference; not while nobody is there to carry it out. */
export function deriveOperations(draft: Draft): void {
  if (draft.state.isEngineLost) return;
  const operations = plan(desiredState(draft.state, draft.nowMs), draft.state.observed, draft.cause);
  if (operations.length > 0) draft.effect({ type: 'execute', operations });
}
