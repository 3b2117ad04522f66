import { backendCodes } from './codes/backends.ts';
import { conflictCodes } from './codes/conflicts.ts';
import { referenceCodes } from './codes/references.ts';
import { routingCodes } from './codes/routing.ts';
import { runtimeCodes } from './codes/runtime.ts';
import { supportCodes } from './codes/support.ts';
import { syntaxCodes } from './codes/syntax.ts';
import { xdsCodes } from './codes/xds.ts';
import type { Severity } from './diagnostic.ts';

/** What a permanent code stands for. Codes are never reused nor renumbered. */
export interface CodeDefinition {
  readonly severity: Severity;
  /** A few words, as a heading. */
  readonly title: string;
  /** The usual effect on traffic; a diagnostic may say it more exactly. */
  readonly effect: string;
  /** The usual fix; a diagnostic may say it more exactly. */
  readonly hint: string;
}

/**
 * Every diagnostic code. Areas: 01xx syntax and schema, 02xx references, 03xx conflicts and precedence,
 * 04xx support and traps, 05xx runtime, 06xx ports and addresses, 07xx xDS.
 */
export const codes = {
  ...syntaxCodes,
  ...referenceCodes,
  ...conflictCodes,
  ...supportCodes,
  ...runtimeCodes,
  ...xdsCodes,
  ...backendCodes,
  ...routingCodes,
} as const satisfies Record<string, CodeDefinition>;

/** A registered code, for example `CALB0101`. */
export type DiagnosticCode = keyof typeof codes;
