import { decodeMessage, isKnownMessage } from './decode-message.ts';
import { ProtobufError, WireReader, wireTypes } from './wire-reader.ts';

/** `k8s\0`: every body begins with it. */
const magic = [0x6b, 0x38, 0x73, 0x00];

/** Groups by the last part of the package that their messages are in. */
const packages: ReadonlyMap<string, string> = new Map([
  ['', 'core'],
  ['apps', 'apps'],
  ['discovery.k8s.io', 'discovery'],
  ['autoscaling', 'autoscaling'],
  ['authorization.k8s.io', 'authorization'],
  ['authentication.k8s.io', 'authentication'],
  ['policy', 'policy'],
  ['events.k8s.io', 'events'],
]);

/**
 * Decodes a body of media type `application/vnd.kubernetes.protobuf`: `k8s\0` and a `runtime.Unknown` with apiVersion, kind and the
 * object's message.
 *
 * @throws {ProtobufError} for a body that is none, or of a kind that is not known in this encoding
 */
export function decodeObject(body: Uint8Array): Readonly<Record<string, unknown>> {
  if (magic.some((byte, index) => body[index] !== byte)) {
    throw new ProtobufError('provided data does not appear to be a protobuf message, expected prefix "k8s"');
  }
  const { typeMeta, raw, contentEncoding } = unknown(body.subarray(magic.length));
  if (contentEncoding !== '') throw new ProtobufError(`the encoding ${contentEncoding} is not known`);
  const { apiVersion, kind } = typeMeta;
  return { apiVersion, kind, ...decodeMessage(messageOf(apiVersion, kind), raw) };
}

interface Unknown {
  readonly typeMeta: { readonly apiVersion: string; readonly kind: string };
  readonly raw: Uint8Array;
  readonly contentEncoding: string;
}

/** `runtime.Unknown`: 1 typeMeta, 2 raw, 3 contentEncoding, 4 contentType. */
function unknown(bytes: Uint8Array): Unknown {
  const fields = byteFields(bytes);
  const typeMeta = byteFields(fields.get(1) ?? new Uint8Array());
  const text = (part: Uint8Array | undefined) => Buffer.from(part ?? []).toString('utf8');
  return {
    typeMeta: { apiVersion: text(typeMeta.get(1)), kind: text(typeMeta.get(2)) },
    raw: fields.get(2) ?? new Uint8Array(),
    contentEncoding: text(fields.get(3)),
  };
}

/** The fields of a message that are runs of bytes; of several with one number the last. */
function byteFields(bytes: Uint8Array): ReadonlyMap<number, Uint8Array> {
  const fields = new Map<number, Uint8Array>();
  const reader = new WireReader(bytes);
  while (!reader.isAtEnd) {
    const { field, wireType } = reader.key();
    if (wireType === wireTypes.bytes) fields.set(field, reader.bytes());
    else reader.skip(wireType);
  }
  return fields;
}

function messageOf(apiVersion: string, kind: string): string {
  // Options of a DELETE are sent in the group of what is deleted.
  if (kind === 'DeleteOptions') return 'meta.DeleteOptions';
  const slash = apiVersion.indexOf('/');
  const group = slash < 0 ? '' : apiVersion.slice(0, slash);
  const version = apiVersion.slice(slash + 1);
  const name = `${packages.get(group) ?? group}.${kind}`;
  if (version === 'v1' && packages.has(group) && isKnownMessage(name)) return name;
  throw new ProtobufError(`no kind "${kind}" is registered for version "${apiVersion}" in this encoding`);
}
