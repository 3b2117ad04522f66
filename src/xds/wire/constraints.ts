import type { JsonMessage } from './encoder.ts';
import { checkValue } from './field-rules.ts';
import { type WireField, type WireMessage, wireMessage } from './schema.ts';
import { isWellKnown, typePrefix } from './well-known.ts';

/** A rule of Envoy's API (`validate.rules`) that a message breaks: Envoy would refuse it. */
export interface ConstraintViolation {
  /** Where in the message: `route.cluster`, `virtual_hosts[0].domains`. */
  readonly path: string;
  /** What must hold, in words: `must not be empty`. */
  readonly message: string;
}

/**
 * Checks a message, given in protobuf's JSON form, against the field rules that Envoy itself applies when it receives
 * it. Goes into `Any`s. Empty: Envoy's field rules hold.
 */
export function constraintViolations(typeName: string, json: JsonMessage): readonly ConstraintViolation[] {
  const violations: ConstraintViolation[] = [];
  checkMessage(wireMessage(typeName), json, { path: '', violations });
  return violations;
}

interface Context {
  readonly path: string;
  readonly violations: ConstraintViolation[];
}

/** What is wrong with a message's fields when they are not set: worked out once per type. */
const whenAbsent = new WeakMap<WireMessage, readonly (readonly [name: string, message: string])[]>();

function absentFields(message: WireMessage): readonly (readonly [name: string, message: string])[] {
  const known = whenAbsent.get(message);
  if (known !== undefined) return known;
  const broken = Object.entries(message.rules?.fields ?? {}).flatMap(([name, rules]) =>
    checkValue(undefined, rules, message.byName.get(name)).map(({ message: text }) => [name, text] as const),
  );
  whenAbsent.set(message, broken);
  return broken;
}

function checkMessage(message: WireMessage, json: JsonMessage, context: Context): void {
  const { rules } = message;
  if (rules !== undefined) {
    for (const [name, text] of absentFields(message)) {
      if (json[name] === undefined)
        context.violations.push({ path: join(context.path, name), message: text });
    }
    for (const [name, members] of rules.oneofs) {
      if (members.some((member) => json[member] !== undefined)) continue;
      context.violations.push({
        path: join(context.path, name),
        message: `needs one of ${members.join(', ')}`,
      });
    }
  }
  for (const name in json) {
    const field = message.byName.get(name);
    const value = json[name];
    if (field === undefined || value === undefined) continue;
    const rule = rules?.fields[name];
    if (rule !== undefined) {
      for (const { suffix, message: text } of checkValue(value, rule, field)) {
        context.violations.push({ path: join(context.path, name) + suffix, message: text });
      }
    }
    if (field.message !== undefined) descend(field, value, join(context.path, name), context);
  }
}

function descend(field: WireField, value: unknown, path: string, context: Context): void {
  const type = field.message ?? '';
  if (field.label === 'list') {
    for (const [index, item] of (value as readonly unknown[]).entries()) {
      checkNested(type, item, { ...context, path: `${path}[${index}]` });
    }
  } else if (field.label === 'map') {
    for (const [key, item] of Object.entries(value as JsonMessage)) {
      checkNested(type, item, { ...context, path: `${path}[${key}]` });
    }
  } else {
    checkNested(type, value, { ...context, path });
  }
}

function checkNested(type: string, value: unknown, context: Context): void {
  if (type === 'google.protobuf.Any') {
    const { '@type': name, ...fields } = value as JsonMessage;
    const payload = String(name).slice(typePrefix.length);
    if (!isWellKnown(payload)) checkMessage(wireMessage(payload), fields, context);
    return;
  }
  if (!isWellKnown(type)) checkMessage(wireMessage(type), value as JsonMessage, context);
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}
