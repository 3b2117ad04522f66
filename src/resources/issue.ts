import type { DiagnosticCode } from '../diagnostics/codes.ts';
import type { Path } from './resource.ts';

/** A finding inside of one object, before its place in the text is looked up. */
export interface Issue {
  readonly code: DiagnosticCode;
  readonly path: Path;
  /** Whether the field's name or its value is wrong. */
  readonly at: 'key' | 'value';
  readonly message: string;
  readonly effect?: string;
  readonly hint?: string;
  /** The field that is required and not there. */
  readonly missing?: string;
  /** Another place that belongs to the finding; its position is added to the message. */
  readonly related?: Path;
}

/** `spec.rules[0].matches`; `the object` for the root. */
export function formatPath(path: Path): string {
  if (path.length === 0) return 'the object';
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (!/^[\w-]+$/.test(step)) text += `[${JSON.stringify(step)}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text;
}

/** A value in a message: JSON, cut when it is long. */
export function formatValue(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
