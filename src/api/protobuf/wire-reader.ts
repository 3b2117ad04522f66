/** Bytes that are no protobuf message of the expected type. */
export class ProtobufError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ProtobufError';
  }
}

/** Wire types (protobuf encoding): how the bytes after a field's key are to be read. */
export const wireTypes = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** Reads the elements of protobuf's wire format from bytes, in order. Every read throws {@link ProtobufError}. */
export class WireReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** The number and the wire type of the next field. */
  key(): { readonly field: number; readonly wireType: number } {
    const key = this.varint();
    const field = Number(key >> 3n);
    if (field === 0 || field > 0x1f_ff_ff_ff) throw new ProtobufError(`illegal tag ${field}`);
    return { field, wireType: Number(key & 7n) };
  }

  /** An integer of up to 64 bits. */
  varint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new ProtobufError('unexpected EOF');
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new ProtobufError('integer overflow');
  }

  /** A run of bytes with its length before it. */
  bytes(): Uint8Array {
    return this.#take(this.varint());
  }

  /** Reads over a value whose field is not known. */
  skip(wireType: number): void {
    if (wireType === wireTypes.varint) this.varint();
    else if (wireType === wireTypes.bytes) this.bytes();
    else if (wireType === wireTypes.fixed64) this.#take(8n);
    else if (wireType === wireTypes.fixed32) this.#take(4n);
    else throw new ProtobufError(`illegal wireType ${wireType}`);
  }

  #take(length: bigint): Uint8Array {
    const from = this.#at;
    if (length > BigInt(this.#bytes.length - from)) throw new ProtobufError('unexpected EOF');
    this.#at += Number(length);
    return this.#bytes.subarray(from, this.#at);
  }
}
