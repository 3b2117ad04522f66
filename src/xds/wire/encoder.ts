import { type WireField, type WireMessage, wireEnum, wireMessage } from './schema.ts';
import { encodeWellKnown, isWellKnown, typePrefix } from './well-known.ts';
import { BackwardWriter, varintSize } from './writer.ts';

/** A message in protobuf's JSON form, with the field names of the proto file. */
export type JsonMessage = Readonly<Record<string, unknown>>;

const writer = new BackwardWriter();

/**
 * Encodes a message given in protobuf's JSON form (snake_case names) to the wire format. Durations are texts (`1.5s`),
 * wrappers are plain values, `Any` carries its type in `@type`. Throws for unknown fields, types and enum values: the
 * JSON comes from this program, so that they are bugs.
 */
export function encodeMessage(typeName: string, json: JsonMessage): Uint8Array {
  writer.reset();
  writeMessage(wireMessage(typeName), json);
  return writer.finish();
}

/** `bytes` as one element of the repeated message field `field`: repeated fields concatenate. */
export function frame(field: number, bytes: Uint8Array): Uint8Array {
  const tag = field * 8 + 2;
  const framed = Buffer.allocUnsafe(varintSize(tag) + varintSize(bytes.length) + bytes.length);
  let at = putVarint(framed, 0, tag);
  at = putVarint(framed, at, bytes.length);
  framed.set(bytes, at);
  return framed;
}

function putVarint(buffer: Buffer, start: number, value: number): number {
  let at = start;
  let rest = value;
  while (rest >= 0x80) {
    buffer[at++] = (rest % 0x80) | 0x80;
    rest = Math.floor(rest / 0x80);
  }
  buffer[at++] = rest;
  return at;
}

/** Only fields that are given are looked at: messages have dozens, JSON a few. Written from the highest number down. */
function writeMessage(message: WireMessage, json: JsonMessage): void {
  const given: WireField[] = [];
  for (const name in json) {
    if (json[name] === undefined || json[name] === null) continue;
    const field = message.byName.get(name);
    if (field === undefined) throw new Error(`${message.name} has no field ${name}`);
    given.push(field);
  }
  if (given.length > 1) given.sort((a, b) => b.number - a.number);
  for (const field of given) writeField(field, json[field.name]);
}

function writeField(field: WireField, value: unknown): void {
  switch (field.label) {
    case 'list': {
      const items = value as readonly unknown[];
      for (let index = items.length - 1; index >= 0; index -= 1)
        writeElement(field, field.number, items[index]);
      return;
    }
    case 'packed': {
      const end = writer.length;
      for (const item of [...(value as readonly unknown[])].reverse()) writeScalar(field, item);
      if (writer.length > end) prefix(field.number, end);
      return;
    }
    case 'map':
      writeMap(field, value as JsonMessage);
      return;
    case 'explicit':
      writeElement(field, field.number, value);
      return;
    case 'implicit':
      if (field.message === undefined && isZero(field, value)) return;
      writeElement(field, field.number, value);
      return;
  }
}

function isZero(field: WireField, value: unknown): boolean {
  if (field.enum !== undefined) return enumNumber(field.enum, value) === 0;
  return value === 0 || value === '' || value === false || (value === '0' && field.scalar !== 9);
}

/** Entries in the order of their keys, so that equal contents are equal bytes. */
function writeMap(field: WireField, value: JsonMessage): void {
  for (const key of Object.keys(value).sort().reverse()) {
    const end = writer.length;
    writeElement(field, 2, value[key]);
    writeElement({ ...keyField, scalar: field.keyType }, 1, key);
    prefix(field.number, end);
  }
}

const keyField: WireField = { number: 1, name: 'key', label: 'explicit', keyType: 0, scalar: 9 };

function writeElement(field: WireField, number: number, value: unknown): void {
  if (field.message !== undefined) {
    const end = writer.length;
    if (isWellKnown(field.message)) encodeWellKnown(writer, field.message, value, writeAny);
    else writeMessage(wireMessage(field.message), value as JsonMessage);
    prefix(number, end);
    return;
  }
  if (field.scalar === 9 || field.scalar === 12) {
    const end = writer.length;
    if (field.scalar === 9) writer.text(value as string);
    else writer.raw(Buffer.from(value as string, 'base64'));
    prefix(number, end);
    return;
  }
  writeScalar(field, value);
  writer.tag(number, wireTypes[field.scalar] ?? 0);
}

/** Length and tag in front of what was written since `end`. */
function prefix(number: number, end: number): void {
  writer.varint(writer.length - end);
  writer.tag(number, 2);
}

function writeAny(json: JsonMessage): void {
  const { '@type': type, ...fields } = json;
  if (typeof type !== 'string' || !type.startsWith(typePrefix))
    throw new Error(`Any without a type: ${type}`);
  const name = type.slice(typePrefix.length);
  const end = writer.length;
  if (isWellKnown(name)) encodeWellKnown(writer, name, fields.value, writeAny);
  else writeMessage(wireMessage(name), fields);
  if (writer.length > end) prefix(2, end);
  const typeEnd = writer.length;
  writer.text(type);
  prefix(1, typeEnd);
}

/** Wire types other than varint, by scalar type number: double, float, fixed64, fixed32, sfixed32, sfixed64. */
const wireTypes: Readonly<Record<number, number>> = { 1: 1, 2: 5, 6: 1, 7: 5, 15: 5, 16: 1 };

function writeScalar(field: WireField, value: unknown): void {
  if (field.enum !== undefined) {
    writeInteger(enumNumber(field.enum, value));
    return;
  }
  switch (field.scalar) {
    case 1:
      writer.double(Number(value));
      return;
    case 2:
      writer.float(Number(value));
      return;
    case 6:
    case 16:
      writer.fixed64(BigInt(value as string | number));
      return;
    case 7:
    case 15:
      writer.fixed32(Number(value));
      return;
    case 8:
      writer.varint(value === true || value === 'true' ? 1 : 0);
      return;
    case 17:
    case 18:
      writer.varint64(zigzag(BigInt(value as string | number)));
      return;
    default:
      writeInteger(value as string | number);
      return;
  }
}

function zigzag(value: bigint): bigint {
  return BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
}

function writeInteger(value: string | number): void {
  const number = Number(value);
  if (number >= 0 && Number.isSafeInteger(number)) writer.varint(number);
  else writer.varint64(BigInt(value));
}

function enumNumber(name: string, value: unknown): number {
  if (typeof value === 'number') return value;
  const number = wireEnum(name).get(value as string);
  if (number === undefined) throw new Error(`${name} has no value ${String(value)}`);
  return number;
}
