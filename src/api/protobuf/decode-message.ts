import { setField } from '../../resources/set-field.ts';
import { decodeSpecial } from './decode-special.ts';
import tables from './tables.json' with { type: 'json' };
import { ProtobufError, WireReader, wireTypes } from './wire-reader.ts';

/**
 * A field of a message: its name in JSON, marks, and its type: a scalar's or a message's name. Marks: `[]` a list, `{}` a
 * mapping of texts, `.` its fields are those of the message around it, `*` it is there also when it is zero.
 */
type FieldRow = readonly [name: string, marks: string, type: string];

const messages = tables as unknown as Readonly<Record<string, Readonly<Record<string, FieldRow>>>>;

/** Most values of one body: a short body can hold a great many empty ones. */
const maxValues = 200_000;
/** Messages are nested no deeper than Kubernetes' are. */
const maxDepth = 64;

/** Whether a message of this name is known (`core.Secret`). */
export function isKnownMessage(name: string): boolean {
  return Object.hasOwn(messages, name);
}

/**
 * Decodes a message of Kubernetes to what its JSON would be. Fields that are not known are left out, and so are zeros
 * where JSON leaves them out.
 *
 * @param name as in {@link isKnownMessage}
 * @throws {ProtobufError} for bytes that are no such message; nothing else
 */
export function decodeMessage(name: string, bytes: Uint8Array): Readonly<Record<string, unknown>> {
  return new Decoder().message(name, bytes, 0);
}

class Decoder {
  #values = 0;

  message(name: string, bytes: Uint8Array, depth: number): Record<string, unknown> {
    const fields = messages[name];
    if (fields === undefined) throw new ProtobufError(`the message ${name} is not known`);
    if (depth > maxDepth) throw new ProtobufError('messages are nested too deeply');
    const result: Record<string, unknown> = {};
    const reader = new WireReader(bytes);
    while (!reader.isAtEnd) {
      const { field, wireType } = reader.key();
      const row = fields[field];
      this.#count();
      if (row === undefined) reader.skip(wireType);
      else this.#field(result, row, { reader, wireType, depth });
    }
    return result;
  }

  #field(result: Record<string, unknown>, [name, marks, type]: FieldRow, at: Place): void {
    if (marks.startsWith('{}')) {
      const entry = this.#entry(type, at);
      const before = Object.hasOwn(result, name) ? Object(result[name]) : {};
      setField(before, entry.key, entry.value);
      result[name] = before;
      return;
    }
    const value = this.#value(type, at);
    if (marks.startsWith('[]')) {
      const list = result[name];
      if (Array.isArray(list)) list.push(value);
      else result[name] = [value];
    } else if (marks.startsWith('.')) Object.assign(result, value);
    else if (marks.endsWith('*') ? value !== undefined : !isZero(value)) result[name] = value;
  }

  #value(type: string, { reader, wireType, depth }: Place): unknown {
    const isNumber = varints.has(type);
    if (wireType !== (isNumber ? wireTypes.varint : wireTypes.bytes)) {
      throw new ProtobufError(`wrong wireType = ${wireType} for a field of type ${type}`);
    }
    if (type === 'bool') return reader.varint() !== 0n;
    if (type === 'int32') return Number(BigInt.asIntN(32, reader.varint()));
    if (isNumber) return Number(BigInt.asIntN(64, reader.varint()));
    const bytes = reader.bytes();
    if (type === 'string') return text(bytes);
    if (type === 'bytes') return Buffer.from(bytes).toString('base64');
    const message = this.message(type, bytes, depth + 1);
    return decodeSpecial(type, message);
  }

  #entry(
    type: string,
    { reader, wireType, depth }: Place,
  ): { readonly key: string; readonly value: unknown } {
    if (wireType !== wireTypes.bytes) throw new ProtobufError(`wrong wireType = ${wireType} for a map`);
    const inner = new WireReader(reader.bytes());
    let key = '';
    let value: unknown = type === 'string' || type === 'bytes' ? '' : {};
    while (!inner.isAtEnd) {
      const { field, wireType: of } = inner.key();
      if (field === 1) key = String(this.#value('string', { reader: inner, wireType: of, depth }));
      else if (field === 2) value = this.#value(type, { reader: inner, wireType: of, depth });
      else inner.skip(of);
    }
    return { key, value };
  }

  #count(): void {
    this.#values += 1;
    if (this.#values > maxValues) throw new ProtobufError(`more than ${maxValues} values in one object`);
  }
}

const varints: ReadonlySet<string> = new Set(['bool', 'int32', 'int64', 'uint32', 'uint64']);

interface Place {
  readonly reader: WireReader;
  readonly wireType: number;
  readonly depth: number;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function text(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new ProtobufError('a text is not UTF-8');
  }
}

/** What Go leaves out of JSON (`omitempty`), and structures that hold nothing. */
function isZero(value: unknown): boolean {
  if (value === undefined || value === '' || value === 0 || value === false) return true;
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
