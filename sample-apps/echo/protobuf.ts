/** A field of a message to encode: its number, and a text or an encoded message. */
export type ProtobufField = readonly [number: number, value: string | Buffer];

/**
 * Encodes length-delimited fields (protobuf wire type 2), all that echo-basic's messages have. Empty texts are left out,
 * as proto3 does; an empty message is kept.
 */
export function encodeMessage(fields: readonly ProtobufField[]): Buffer {
  const parts: Buffer[] = [];
  for (const [number, value] of fields) {
    if (value === '') continue;
    const bytes = typeof value === 'string' ? Buffer.from(value) : value;
    parts.push(varint(number * 8 + 2), varint(bytes.length), bytes);
  }
  return Buffer.concat(parts);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}
