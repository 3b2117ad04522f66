import { formatValue } from '../issue.ts';
import type { SchemaNode } from './compile.ts';
import { formats } from './formats.ts';
import type { SchemaData } from './schema.ts';
import type { SchemaWalk } from './walk.ts';

/** Length, pattern and format of a text. Lengths count characters (code points), as Go's do. */
export function checkString(walk: SchemaWalk, node: SchemaNode, text: string): void {
  const { minLength, maxLength, format, intOrString } = node.data;
  const length = maxLength !== undefined && text.length > maxLength ? [...text].length : text.length;
  if (minLength !== undefined && length < minLength) {
    const message =
      length === 0 ? `${walk.where} is empty` : `${walk.where} is shorter than ${minLength} characters`;
    walk.report('CALB0114', message, { hint: 'write a value, or remove the field' });
    return;
  }
  if (maxLength !== undefined && length > maxLength) {
    const message = `${walk.where} has ${length} characters, at most ${maxLength} are allowed`;
    walk.report('CALB0114', message, { hint: 'shorten it' });
    return;
  }
  for (const { source, expression } of node.patterns) {
    if (expression.test(text)) continue;
    walk.report(
      'CALB0114',
      `${walk.where} is ${formatValue(text)}, which does not have the form ${nameOfPattern(source)}`,
      { hint: hintForPattern(source) },
    );
    return;
  }
  const rule = format === undefined || (intOrString && format !== 'quantity') ? undefined : formats[format];
  if (rule === undefined || rule.test(text)) return;
  if (format === 'byte') {
    walk.report('CALB0121', `${walk.where} is ${formatValue(text)}, which is not base64`);
  } else {
    walk.report('CALB0114', `${walk.where} is ${formatValue(text)}, which is not ${rule.expected}`, {
      hint: `write ${rule.expected}`,
    });
  }
}

/** Bounds of a number; `int32` and `int64` bound by themselves. */
export function checkNumber(walk: SchemaWalk, { data }: SchemaNode, value: number): void {
  const { min, max } = bounds(data);
  if (value < min || (data.exclusiveMinimum && value === min)) {
    const limit = data.exclusiveMinimum ? `more than ${min}` : `at least ${min}`;
    walk.report('CALB0114', `${walk.where} is ${value}, it must be ${limit}`, { hint: within(min, max) });
  } else if (value > max || (data.exclusiveMaximum && value === max)) {
    const limit = data.exclusiveMaximum ? `less than ${max}` : `at most ${max}`;
    walk.report('CALB0114', `${walk.where} is ${value}, it must be ${limit}`, { hint: within(min, max) });
  } else if (data.multipleOf !== undefined && value % data.multipleOf !== 0) {
    walk.report('CALB0114', `${walk.where} is ${value}, it must be a multiple of ${data.multipleOf}`);
  }
}

const int32 = 2 ** 31;

function bounds({ minimum, maximum, format }: SchemaData): { readonly min: number; readonly max: number } {
  const isInt32 = format === 'int32';
  return {
    min: minimum ?? (isInt32 ? -int32 : Number.NEGATIVE_INFINITY),
    max: maximum ?? (isInt32 ? int32 - 1 : Number.POSITIVE_INFINITY),
  };
}

function within(min: number, max: number): string {
  if (max === Number.POSITIVE_INFINITY) return `write a number from ${min}`;
  if (min === Number.NEGATIVE_INFINITY) return `write a number up to ${max}`;
  return `write a number from ${min} to ${max}`;
}

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';

/** Patterns that people meet, in words. */
const patternNames: readonly (readonly [string, string, string])[] = [
  [
    `^(\\*\\.)?${label}(\\.${label})*$`,
    'of a host name',
    'write a lower-case DNS name like www.example.com or *.example.com; no port, no scheme, no IP address',
  ],
  [
    `^${label}(\\.${label})*$`,
    'of a DNS name',
    'write a lower-case DNS name like www.example.com: letters, digits, "-" and "."',
  ],
  [`^${label}$`, 'of a DNS label', 'use lower-case letters, digits and "-" only'],
  [
    `^$|^${label}(\\.${label})*$`,
    'of an API group',
    'write a group like gateway.envoyproxy.io, or "" for the core group',
  ],
  ['^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$', 'of a kind', 'write a kind like Service'],
  [
    `^${label}(\\.${label})*\\/[A-Za-z0-9\\/\\-._~%!$&'()*+,;=:]+$`,
    'of a DNS name, "/" and a path',
    'write it like example.com/gateway-controller',
  ],
  [
    '^([0-9]{1,5}(h|m|s|ms)){1,4}$',
    'of a duration',
    'write a duration with a unit: 500ms, 10s, 1m30s, 2h; whole numbers only',
  ],
  [
    "^[A-Za-z0-9!#$%&'*+\\-.^_\\x60|~]+$",
    'of a header name',
    'use the characters of a header name: letters, digits and "-"',
  ],
];

function nameOfPattern(source: string): string {
  return patternNames.find(([pattern]) => pattern === source)?.[1] ?? source;
}

/** What to write for a value that does not match a pattern. */
export function hintForPattern(source: string): string {
  return patternNames.find(([pattern]) => pattern === source)?.[2] ?? `write a value that matches ${source}`;
}
