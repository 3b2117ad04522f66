import { ProtobufError } from './wire-reader.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Types of Kubernetes that JSON writes otherwise than field by field. `undefined`: as if it were not there. */
const special: ReadonlyMap<string, (fields: Fields) => unknown> = new Map([
  ['meta.Time', (fields: Fields) => time(fields, 0)],
  ['meta.MicroTime', (fields: Fields) => time(fields, 6)],
  ['meta.FieldsV1', ({ Raw }: Fields) => json(Raw)],
  ['meta.Duration', ({ duration }: Fields) => `${Number(duration ?? 0) / 1e9}s`],
  ['runtime.RawExtension', ({ raw }: Fields) => json(raw)],
  ['resource.Quantity', ({ string }: Fields) => string ?? '0'],
  ['intstr.IntOrString', ({ type, intVal, strVal }: Fields) => (type === 1 ? (strVal ?? '') : (intVal ?? 0))],
  ['authentication.ExtraValue', ({ items }: Fields) => items ?? []],
  ['authorization.ExtraValue', ({ items }: Fields) => items ?? []],
]);

/**
 * A decoded message in the form that JSON has for it.
 *
 * @throws {ProtobufError} when its content is not what it should be
 */
export function decodeSpecial(type: string, message: Fields): unknown {
  const make = special.get(type);
  return make === undefined ? message : make(message);
}

/** RFC 3339; `undefined` for the time that nobody set. */
function time({ seconds = 0, nanos = 0 }: Fields, digits: number): string | undefined {
  if (seconds === 0 && nanos === 0) return undefined;
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) throw new ProtobufError('a time is out of range');
  const whole = date.toISOString().slice(0, -5);
  if (digits === 0) return `${whole}Z`;
  return `${whole}.${String(Math.floor(Number(nanos) / 1000)).padStart(digits, '0')}Z`;
}

/** JSON inside of protobuf, base64 as bytes are. */
function json(raw: unknown): unknown {
  if (typeof raw !== 'string' || raw === '') return undefined;
  try {
    return JSON.parse(Buffer.from(raw, 'base64').toString('utf8'));
  } catch {
    throw new ProtobufError('a raw value is not JSON');
  }
}
