import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { diagnosticChanges } from '../diagnostic-changes.ts';
import type { Draft } from '../draft.ts';
import { problemDiagnostic } from '../rejections.ts';
import type { SessionState } from '../state.ts';
import { standInFindings } from './stand-ins.ts';

/** Tells which findings are new and which no longer hold. */
export function deriveDiagnostics(draft: Draft): void {
  const { current, appeared, cleared } = diagnosticChanges(draft.state.diagnostics, allFindings(draft.state));
  draft.update({ diagnostics: current });
  for (const finding of appeared) emitDiagnostic(draft, finding, {});
  for (const finding of cleared) emitDiagnostic(draft, finding, { cleared: true });
}

function* allFindings(state: SessionState): Iterable<Diagnostic> {
  yield* state.store.diagnostics;
  yield* state.expansion?.diagnostics ?? [];
  yield* state.translation?.diagnostics ?? [];
  for (const { problems } of state.tenants.values()) {
    for (const problem of problems) yield problemDiagnostic(state, problem);
  }
  yield* standInFindings(state);
  yield* state.rejections.values();
}

function emitDiagnostic(draft: Draft, finding: Diagnostic, more: { readonly cleared?: true }): void {
  const { position, resource, ...rest } = finding;
  draft.emit(
    { type: 'Diagnostic', ...rest, ...position, ...(resource === undefined ? {} : { resource }), ...more },
    { tenant: tenantOf(draft.state, resource), cause: draft.cause },
  );
}

/** The tenant that a finding is about: the namespace in the name of its object, where that is a tenant. */
function tenantOf(state: SessionState, resource: string | undefined): string | undefined {
  const namespace = resource?.split('/')[1];
  return namespace !== undefined && state.tenants.has(namespace) ? namespace : undefined;
}
