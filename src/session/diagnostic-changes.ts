import { type Diagnostic, diagnosticKey } from '../diagnostics/diagnostic.ts';

/** Findings by identity, in the order in which they were made. */
export type DiagnosticSet = ReadonlyMap<string, Diagnostic>;

export interface DiagnosticChanges {
  readonly current: DiagnosticSet;
  readonly appeared: readonly Diagnostic[];
  readonly cleared: readonly Diagnostic[];
}

/** What a new check found that the last one had not, and the other way round. */
export function diagnosticChanges(previous: DiagnosticSet, found: Iterable<Diagnostic>): DiagnosticChanges {
  const current = new Map<string, Diagnostic>();
  const appeared: Diagnostic[] = [];
  for (const finding of found) {
    const key = diagnosticKey(finding);
    if (current.has(key)) continue;
    current.set(key, finding);
    if (!previous.has(key)) appeared.push(finding);
  }
  const cleared = [...previous].filter(([key]) => !current.has(key)).map(([, finding]) => finding);
  return { current, appeared, cleared };
}
