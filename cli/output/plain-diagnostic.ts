import type { DiagnosticCode } from '../../src/diagnostics/codes.ts';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import type { DiagnosticJson } from '../../src/diagnostics/to-json.ts';

/** The diagnostic that an event or a report carries in flat form. */
export function unflatten(flat: DiagnosticJson): Diagnostic {
  const { code, severity, message, file, line, column, resource, effect, hint } = flat;
  return {
    // Whoever reports it took the code from the same registry.
    code: code as DiagnosticCode,
    severity,
    message,
    position: { file, line, column },
    ...(resource === undefined ? {} : { resource }),
    effect,
    hint,
  };
}
