import type { Path } from '../../resources/resource.ts';

/** What is wrong with a field, in the words of an API server (k8s.io/apimachinery/pkg/util/validation/field). */
export interface FieldError {
  /** `FieldValueInvalid`. */
  readonly reason: string;
  /** `spec.rules[0].name`; `metadata.labels[a.b/c]` where a key has dots. */
  readonly field: string;
  /** `Invalid value: "x": must be lower case`. */
  readonly message: string;
}

/** `Invalid value: …: detail`. Leave the value out by `undefined`. */
export function invalid(field: string, value: unknown, detail: string): FieldError {
  const shown = value === undefined ? '' : `: ${printValue(value)}`;
  return { reason: 'FieldValueInvalid', field, message: `Invalid value${shown}: ${detail}` };
}

/** `Required value`. */
export function required(field: string, detail = ''): FieldError {
  const message = detail === '' ? 'Required value' : `Required value: ${detail}`;
  return { reason: 'FieldValueRequired', field, message };
}

/** `Forbidden: detail`. */
export function forbidden(field: string, detail: string): FieldError {
  return { reason: 'FieldValueForbidden', field, message: `Forbidden: ${detail}` };
}

/** `Unsupported value: "x": supported values: "a", "b"`. */
export function notSupported(field: string, value: unknown, supported: readonly unknown[]): FieldError {
  const values = supported.map((one) => JSON.stringify(String(one))).join(', ');
  const message = `Unsupported value: ${printValue(value)}: supported values: ${values}`;
  return { reason: 'FieldValueNotSupported', field, message };
}

/** `Duplicate value: …`. */
export function duplicate(field: string, value: unknown): FieldError {
  return { reason: 'FieldValueDuplicate', field, message: `Duplicate value: ${printValue(value)}` };
}

/** `Too long: may not be more than 253 bytes`. */
export function tooLong(field: string, max: number): FieldError {
  const unit = max === 1 ? 'byte' : 'bytes';
  return {
    reason: 'FieldValueTooLong',
    field,
    message: `Too long: may not be more than ${max} ${unit}`,
  };
}

/** `Too many: 17: must have at most 16 items`. */
export function tooMany(field: string, count: number, max: number): FieldError {
  const unit = max === 1 ? 'item' : 'items';
  const message = `Too many: ${count}: must have at most ${max} ${unit}`;
  return { reason: 'FieldValueTooMany', field, message };
}

/** `Invalid value: "string": spec.x in body must be of type integer: "string"`. */
export function typeInvalid(field: string, got: string, wanted: string): FieldError {
  const message = `Invalid value: "${got}": ${field} in body must be of type ${wanted}: "${got}"`;
  return { reason: 'FieldValueTypeInvalid', field, message };
}

/** A path as an API server prints it. */
export function fieldPath(path: Path): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (/[./]/.test(step)) text += `[${step}]`;
    else text += text === '' ? step : `.${step}`;
  }
  return text === '' ? '<nil>' : text;
}

function printValue(value: unknown): string {
  const text = JSON.stringify(value) ?? 'null';
  return text.length > 4096 ? `${text.slice(0, 4096)}…` : text;
}
