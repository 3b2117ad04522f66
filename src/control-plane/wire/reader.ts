/**
 * Reads protobuf's wire format field by field. The few messages that the control plane reads are read by hand: loading
 * generated code for them would cost a sixth of a second at every start, and decoding with it three times the time.
 *
 * Reading past the end throws a RangeError.
 */
export class WireReader {
  readonly #bytes: Buffer;
  #position: number;
  readonly #end: number;

  constructor(bytes: Buffer, start = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#position = start;
    this.#end = end;
  }

  get hasMore(): boolean {
    return this.#position < this.#end;
  }

  /** The next field's number and wire type, as `number * 8 + type`. */
  tag(): number {
    return this.varint();
  }

  /** An unsigned number; exact below 2^53, which covers all that is read here. */
  varint(): number {
    let value = 0;
    let factor = 1;
    for (;;) {
      if (this.#position >= this.#end) throw new RangeError('the message ends within a number');
      const byte = this.#bytes[this.#position++] as number;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
      factor *= 0x80;
    }
  }

  text(): string {
    const start = this.#skipLength();
    return this.#bytes.toString('utf8', start, this.#position);
  }

  /** A view, not a copy. */
  bytes(): Buffer {
    const start = this.#skipLength();
    return this.#bytes.subarray(start, this.#position);
  }

  message(): WireReader {
    const start = this.#skipLength();
    return new WireReader(this.#bytes, start, this.#position);
  }

  /** Passes over the value of a field whose tag was read. */
  skip(tag: number): void {
    switch (tag & 7) {
      case 0:
        this.varint();
        return;
      case 1:
        this.#advance(8);
        return;
      case 2:
        this.#skipLength();
        return;
      case 5:
        this.#advance(4);
        return;
      default:
        throw new RangeError(`wire type ${tag & 7} is not used`);
    }
  }

  /** Where the value of a length-delimited field begins; the position is behind it then. */
  #skipLength(): number {
    const length = this.varint();
    const start = this.#position;
    this.#advance(length);
    return start;
  }

  #advance(count: number): void {
    if (this.#position + count > this.#end) throw new RangeError('the message ends within a field');
    this.#position += count;
  }
}
