import { type CodeDefinition, codes, type DiagnosticCode } from './codes.ts';
import type { Position } from './position.ts';

/** How much a diagnostic matters: an `error` keeps something declared from taking effect; a `warning` takes effect
 * otherwise than its author probably meant; a `hint` teaches. */
export type Severity = 'error' | 'warning' | 'hint';

/** One finding about the configuration, placed where its author can mend it. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  /** One sentence: what is wrong, with the offending value. */
  readonly message: string;
  readonly position: Position;
  /** `Kind/namespace/name` of the object concerned (`Kind/name` for cluster-scoped kinds). */
  readonly resource?: string;
  /** What it does to traffic: "requests to /a are answered 500", "the last good version keeps serving". */
  readonly effect: string;
  /** What to type to mend it. */
  readonly hint: string;
}

/** What a caller of {@link diagnostic} says; the code's definition supplies the rest. */
export interface DiagnosticDetails {
  readonly message: string;
  readonly position: Position;
  readonly resource?: string | undefined;
  readonly effect?: string;
  readonly hint?: string;
}

/** Makes a diagnostic of a registered code. `effect` and `hint` default to those of the code's definition. */
export function diagnostic(code: DiagnosticCode, details: DiagnosticDetails): Diagnostic {
  const definition: CodeDefinition = codes[code];
  return {
    code,
    severity: definition.severity,
    message: details.message,
    position: details.position,
    ...(details.resource === undefined ? {} : { resource: details.resource }),
    effect: details.effect ?? definition.effect,
    hint: details.hint ?? definition.hint,
  };
}

/** Identity of a finding across re-checks: equal keys are the same finding, so that it can be reported once and cleared. */
export function diagnosticKey(d: Diagnostic): string {
  return [d.code, d.position.file, d.position.line, d.position.column, d.resource ?? '', d.message].join(
    '\u0000',
  );
}
