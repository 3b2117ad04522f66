import type { JsonMessage } from './encoder.ts';
import type { BackwardWriter } from './writer.ts';

/** What stands before a message's name in `Any.type_url`. */
export const typePrefix = 'type.googleapis.com/';

/** Whether the type has a JSON form of its own. */
export function isWellKnown(typeName: string): boolean {
  return typeName.startsWith('google.protobuf.');
}

/**
 * Writes the contents (without tag and length) of a well-known type from its JSON form. `writeAny` writes the contents
 * of an `Any`. Throws for types that Envoy's configuration does not use.
 */
export function encodeWellKnown(
  writer: BackwardWriter,
  typeName: string,
  value: unknown,
  writeAny: (json: JsonMessage) => void,
): void {
  switch (typeName) {
    case 'google.protobuf.Any':
      writeAny(value as JsonMessage);
      return;
    case 'google.protobuf.Duration':
      writeDuration(writer, value as string);
      return;
    case 'google.protobuf.Struct':
      writeStruct(writer, value as JsonMessage);
      return;
    case 'google.protobuf.Value':
      writeValue(writer, value);
      return;
    case 'google.protobuf.ListValue':
      writeListValue(writer, value as readonly unknown[]);
      return;
    case 'google.protobuf.Empty':
      return;
    default:
      writeWrapper(writer, typeName, value);
      return;
  }
}

/** Seconds and nanoseconds of a duration in protobuf's JSON form (`1.5s`, `-0.25s`). Throws for anything else. */
export function parseDuration(text: string): { readonly seconds: number; readonly nanos: number } {
  const match = /^(-?)(\d+)(?:\.(\d{1,9}))?s$/.exec(text);
  if (match === null) throw new Error(`not a duration: ${text}`);
  const sign = match[1] === '-' ? -1 : 1;
  const nanos = Number((match[3] ?? '').padEnd(9, '0'));
  // `|| 0` turns a negative zero into zero.
  return { seconds: sign * Number(match[2]) || 0, nanos: sign * nanos || 0 };
}

function writeDuration(writer: BackwardWriter, text: string): void {
  const { seconds, nanos } = parseDuration(text);
  if (nanos !== 0) {
    if (nanos < 0) writer.varint64(BigInt(nanos));
    else writer.varint(nanos);
    writer.tag(2, 0);
  }
  if (seconds !== 0) {
    if (seconds < 0) writer.varint64(BigInt(seconds));
    else writer.varint(seconds);
    writer.tag(1, 0);
  }
}

function lengthPrefix(writer: BackwardWriter, field: number, end: number): void {
  writer.varint(writer.length - end);
  writer.tag(field, 2);
}

/** Entries in the order of their keys: the map of a Struct has none of its own. */
function writeStruct(writer: BackwardWriter, json: JsonMessage): void {
  for (const key of Object.keys(json).sort().reverse()) {
    const end = writer.length;
    writeValue(writer, json[key]);
    lengthPrefix(writer, 2, end);
    const keyEnd = writer.length;
    writer.text(key);
    lengthPrefix(writer, 1, keyEnd);
    lengthPrefix(writer, 1, end);
  }
}

function writeListValue(writer: BackwardWriter, items: readonly unknown[]): void {
  for (const item of [...items].reverse()) {
    const end = writer.length;
    writeValue(writer, item);
    lengthPrefix(writer, 1, end);
  }
}

function writeValue(writer: BackwardWriter, value: unknown): void {
  const end = writer.length;
  if (value === null || value === undefined) {
    writer.varint(0);
    writer.tag(1, 0);
  } else if (typeof value === 'number') {
    writer.double(value);
    writer.tag(2, 1);
  } else if (typeof value === 'string') {
    writer.text(value);
    lengthPrefix(writer, 3, end);
  } else if (typeof value === 'boolean') {
    writer.varint(value ? 1 : 0);
    writer.tag(4, 0);
  } else if (Array.isArray(value)) {
    writeListValue(writer, value);
    lengthPrefix(writer, 6, end);
  } else {
    writeStruct(writer, value as JsonMessage);
    lengthPrefix(writer, 5, end);
  }
}

function writeWrapper(writer: BackwardWriter, typeName: string, value: unknown): void {
  switch (typeName) {
    case 'google.protobuf.BoolValue':
      if (value !== true) return;
      writer.varint(1);
      writer.tag(1, 0);
      return;
    case 'google.protobuf.UInt32Value':
    case 'google.protobuf.UInt64Value':
      if (Number(value) === 0) return;
      writer.varint(Number(value));
      writer.tag(1, 0);
      return;
    case 'google.protobuf.DoubleValue':
      if (Number(value) === 0) return;
      writer.double(Number(value));
      writer.tag(1, 1);
      return;
    case 'google.protobuf.StringValue': {
      if (value === '') return;
      const end = writer.length;
      writer.text(value as string);
      lengthPrefix(writer, 1, end);
      return;
    }
    default:
      throw new Error(`${typeName} has no JSON form here`);
  }
}
