import { type FieldRules, type WireField, wireEnum } from './schema.ts';
import { parseDuration } from './well-known.ts';

/** A broken rule; `suffix` is the place inside the field (`[2]`). */
interface Broken {
  readonly suffix: string;
  readonly message: string;
}

type Rules = Readonly<Record<string, unknown>>;

const none: readonly Broken[] = [];
const only = (message: string | undefined): readonly Broken[] =>
  message === undefined ? none : [{ suffix: '', message }];

/** Checks one field's value (`undefined` where it is not set) against its rules. */
export function checkValue(
  value: unknown,
  rules: FieldRules,
  field: WireField | undefined,
): readonly Broken[] {
  if (rules.repeated !== undefined)
    return checkRepeated((value ?? []) as readonly unknown[], rules.repeated, field);
  if (rules.map !== undefined) return checkMap((value ?? {}) as Readonly<Record<string, unknown>>, rules.map);
  if (value === undefined || value === null) {
    // Of a oneof one member is set; rules of the others do not apply.
    if (field?.label === 'explicit') return none;
    const required = rules.message?.required ?? rules.duration?.required ?? rules.any?.required;
    if (required === true) return only('must be set');
    if (field?.label !== 'implicit' || field.message !== undefined) return none;
    return only(checkScalar(zeroValue(rules), rules, field));
  }
  return only(checkScalar(value, rules, field));
}

function zeroValue(rules: FieldRules): unknown {
  if (rules.string !== undefined || rules.bytes !== undefined) return '';
  return rules.bool !== undefined ? false : 0;
}

function checkRepeated(
  items: readonly unknown[],
  rules: Rules,
  field: WireField | undefined,
): readonly Broken[] {
  const min = Number(rules.min_items ?? 0);
  const max = Number(rules.max_items ?? Number.POSITIVE_INFINITY);
  if (items.length < min) return only(`must have at least ${min} ${min === 1 ? 'element' : 'elements'}`);
  if (items.length > max) return only(`must have at most ${max} elements, has ${items.length}`);
  if (rules.unique === true && new Set(items).size < items.length) return only('must not repeat a value');
  if (rules.items === undefined) return none;
  return items.flatMap((item, index) => {
    const message = checkScalar(item, rules.items as FieldRules, field);
    return message === undefined ? [] : [{ suffix: `[${index}]`, message }];
  });
}

function checkMap(entries: Readonly<Record<string, unknown>>, rules: Rules): readonly Broken[] {
  const keys = Object.keys(entries);
  const min = Number(rules.min_pairs ?? 0);
  if (keys.length < min) return only(`must have at least ${min} entries`);
  if (rules.keys === undefined) return none;
  return keys.flatMap((key) => only(checkScalar(key, rules.keys as FieldRules, undefined)));
}

function checkScalar(value: unknown, rules: FieldRules, field: WireField | undefined): string | undefined {
  if (rules.string !== undefined) return checkString(String(value), rules.string);
  if (rules.bytes !== undefined)
    return checkSize(Buffer.from(String(value), 'base64').length, 'bytes', rules.bytes);
  if (rules.duration !== undefined) return checkDuration(String(value), rules.duration);
  if (rules.enum !== undefined) return checkEnum(value, rules.enum, field);
  if (rules.bool?.const !== undefined && value !== rules.bool.const) return `must be ${rules.bool.const}`;
  for (const kind of ['uint32', 'uint64', 'int32', 'int64', 'double', 'float'] as const) {
    const range = rules[kind];
    if (range !== undefined) return checkRange(Number(value), range, Number);
  }
  return undefined;
}

function checkRange(value: number, rules: Rules, read: (bound: never) => number): string | undefined {
  const bound = (name: string) => (rules[name] === undefined ? undefined : read(rules[name] as never));
  const show = (name: string) => String(rules[name]);
  const [gt, gte, lt, lte] = [bound('gt'), bound('gte'), bound('lt'), bound('lte')];
  if (gt !== undefined && value <= gt) return `must be greater than ${show('gt')}`;
  if (gte !== undefined && value < gte) return `must be at least ${show('gte')}`;
  if (lt !== undefined && value >= lt) return `must be less than ${show('lt')}`;
  if (lte !== undefined && value > lte) return `must be at most ${show('lte')}`;
  return undefined;
}

function checkDuration(value: string, rules: Rules): string | undefined {
  const seconds = (text: string) => {
    const duration = parseDuration(text);
    return duration.seconds + duration.nanos / 1e9;
  };
  return checkRange(seconds(value), rules, seconds as (bound: never) => number);
}

function checkEnum(value: unknown, rules: Rules, field: WireField | undefined): string | undefined {
  if (field?.enum === undefined) return undefined;
  const values = wireEnum(field.enum);
  const number = typeof value === 'number' ? value : values.get(String(value));
  if (number === undefined || (rules.defined_only === true && ![...values.values()].includes(number))) {
    return `must be one of ${[...values.keys()].join(', ')}`;
  }
  if (Array.isArray(rules.not_in) && rules.not_in.includes(number)) return `must not be ${String(value)}`;
  return undefined;
}

function checkSize(size: number, unit: string, rules: Rules): string | undefined {
  const min = Number(rules.min_len ?? 0);
  const max = Number(rules.max_len ?? Number.POSITIVE_INFINITY);
  if (size < min) return min === 1 ? 'must not be empty' : `must have at least ${min} ${unit}`;
  return size > max ? `must have at most ${max} ${unit}` : undefined;
}

function checkString(value: string, rules: Rules): string | undefined {
  if (rules.ignore_empty === true && value === '') return undefined;
  const size = checkSize([...value].length, 'characters', rules);
  if (size !== undefined) return size;
  if (rules.max_bytes !== undefined && Buffer.byteLength(value) > Number(rules.max_bytes)) {
    return `must have at most ${rules.max_bytes} bytes`;
  }
  if (typeof rules.prefix === 'string' && !value.startsWith(rules.prefix))
    return `must begin with ${rules.prefix}`;
  if (typeof rules.suffix === 'string' && !value.endsWith(rules.suffix))
    return `must end with ${rules.suffix}`;
  if (Array.isArray(rules.in) && !rules.in.includes(value)) return `must be one of ${rules.in.join(', ')}`;
  if (typeof rules.pattern === 'string' && !new RegExp(rules.pattern, 'u').test(value)) {
    return `must match ${rules.pattern}`;
  }
  return rules.well_known_regex === undefined ? undefined : checkHeader(value, rules);
}

const strictName = /^:?[0-9a-zA-Z!#$%&'*+\-.^_|~`]+$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what the rule is about.
const strictValue = /^[^\u0000-\u0008\u000a-\u001f\u007f]*$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what the rule is about.
const relaxed = /^[^\u0000\n\r]*$/;

function checkHeader(value: string, rules: Rules): string | undefined {
  const name = rules.well_known_regex === 'HTTP_HEADER_NAME';
  const pattern = rules.strict === false ? relaxed : name ? strictName : strictValue;
  return pattern.test(value) ? undefined : `must be a valid HTTP header ${name ? 'name' : 'value'}`;
}
