/**
 * Writes protobuf's wire format from the end to the beginning, so that the length of a nested message is known when
 * its prefix is written and nothing has to be copied or measured twice.
 */
export class BackwardWriter {
  #buffer = Buffer.allocUnsafeSlow(1 << 16);
  #position = this.#buffer.length;

  /** Bytes written so far. */
  get length(): number {
    return this.#buffer.length - this.#position;
  }

  /** Starts afresh; the buffer is kept. */
  reset(): void {
    this.#position = this.#buffer.length;
  }

  /** A copy of what was written. */
  finish(): Uint8Array {
    return Buffer.from(this.#buffer.subarray(this.#position));
  }

  /** An unsigned number below 2^53. */
  varint(value: number): void {
    if (value < 0x80) {
      this.#take(1);
      this.#buffer[this.#position] = value;
      return;
    }
    const size = varintSize(value);
    let at = this.#take(size);
    let rest = value;
    while (rest >= 0x80) {
      this.#buffer[at++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#buffer[at] = rest;
  }

  /** A 64-bit number in two's complement, as negative numbers of all integer types are written. */
  varint64(value: bigint): void {
    const bytes: number[] = [];
    let rest = BigInt.asUintN(64, value);
    while (rest >= 0x80n) {
      bytes.push(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    bytes.push(Number(rest));
    this.#buffer.set(bytes, this.#take(bytes.length));
  }

  tag(field: number, wireType: number): void {
    this.varint(field * 8 + wireType);
  }

  /** Text in UTF-8, without its length. */
  text(value: string): void {
    // Short ASCII texts, which nearly all are, are written faster without a call into native code.
    if (value.length < 64 && this.#ascii(value)) return;
    const size = Buffer.byteLength(value);
    this.#buffer.write(value, this.#take(size));
  }

  /** Bytes as they are, without their length. */
  raw(bytes: Uint8Array): void {
    this.#buffer.set(bytes, this.#take(bytes.length));
  }

  double(value: number): void {
    this.#buffer.writeDoubleLE(value, this.#take(8));
  }

  float(value: number): void {
    this.#buffer.writeFloatLE(value, this.#take(4));
  }

  fixed32(value: number): void {
    this.#buffer.writeUInt32LE(value >>> 0, this.#take(4));
  }

  fixed64(value: bigint): void {
    this.#buffer.writeBigUInt64LE(BigInt.asUintN(64, value), this.#take(8));
  }

  /** Writes the text when it is ASCII; otherwise nothing is changed. */
  #ascii(value: string): boolean {
    const start = this.#take(value.length);
    for (let index = 0; index < value.length; index += 1) {
      const code = value.charCodeAt(index);
      if (code > 0x7f) {
        this.#position += value.length;
        return false;
      }
      this.#buffer[start + index] = code;
    }
    return true;
  }

  /** Makes room for `size` bytes before what is written and gives where they begin. */
  #take(size: number): number {
    if (size > this.#position) this.#grow(size);
    this.#position -= size;
    return this.#position;
  }

  #grow(size: number): void {
    const used = this.length;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#buffer.length * 2, used + size));
    this.#buffer.copy(larger, larger.length - used, this.#position);
    this.#buffer = larger;
    this.#position = larger.length - used;
  }
}

/** How many bytes a varint takes. */
export function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size += 1;
  return size;
}
