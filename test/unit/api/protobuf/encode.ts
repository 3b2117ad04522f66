/** A field of a message under construction: number and value. */
export type EncodedField = readonly [
  field: number,
  value: string | Uint8Array | number | readonly EncodedField[],
];

/** Writes protobuf's wire format, as far as tests need it: varints, and everything with a length. */
export function encode(fields: readonly EncodedField[]): Uint8Array {
  return Buffer.concat(fields.map(encodeField));
}

function encodeField([field, value]: EncodedField): Uint8Array {
  if (typeof value === 'number') return Buffer.concat([varint(field * 8), varint(value)]);
  const bytes =
    typeof value === 'string' ? Buffer.from(value) : value instanceof Uint8Array ? value : encode(value);
  return Buffer.concat([varint(field * 8 + 2), varint(bytes.length), bytes]);
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    const byte = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest === 0n ? byte : byte | 0x80);
  } while (rest !== 0n);
  return Buffer.from(bytes);
}

/** A whole body: the magic number and `runtime.Unknown`. */
export function envelope(apiVersion: string, kind: string, message: Uint8Array): Uint8Array {
  const unknown = encode([
    [
      1,
      [
        [1, apiVersion],
        [2, kind],
      ],
    ],
    [2, message],
    [3, ''],
    [4, ''],
  ]);
  return Buffer.concat([Buffer.from('k8s\0'), unknown]);
}
