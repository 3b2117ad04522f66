import type { Diagnostic, Severity } from './diagnostic.ts';

/** A diagnostic as scripts read it: the fields of the `Diagnostic` event, without those that a stream adds. */
export interface DiagnosticJson {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly file: string;
  /** At least 1, as is `column`. */
  readonly line: number;
  readonly column: number;
  readonly resource?: string;
  readonly effect: string;
  readonly hint: string;
}

/** Flattens the position. */
export function toJson(diagnostic: Diagnostic): DiagnosticJson {
  const { code, severity, message, position, resource, effect, hint } = diagnostic;
  return {
    code,
    severity,
    message,
    file: position.file,
    line: Math.max(1, position.line),
    column: Math.max(1, position.column),
    ...(resource === undefined ? {} : { resource }),
    effect,
    hint,
  };
}
