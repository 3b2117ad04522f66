/** What a made-up program says about itself. */
export interface FakeElf {
  readonly machine?: number;
  readonly interpreter?: string;
  readonly needed?: readonly string[];
  readonly rPath?: string;
  readonly runPath?: string;
}

const headerSize = 64;
const segmentSize = 56;
/** Where the file is loaded; it differs from the file's offsets, as it does in real programs. */
const base = 0x400000;

/** The bytes of a program of 64 bits with nothing but what the loader looks at. */
export function fakeElf({ machine = 62, interpreter, needed = [], rPath, runPath }: FakeElf): Buffer {
  const strings = new Strings();
  const entries: [number, number][] = needed.map((name) => [1, strings.add(name)]);
  if (rPath !== undefined) entries.push([15, strings.add(rPath)]);
  if (runPath !== undefined) entries.push([29, strings.add(runPath)]);
  const isDynamic = entries.length > 0;
  const count = 1 + (interpreter === undefined ? 0 : 1) + (isDynamic ? 1 : 0);
  const interpreterAt = headerSize + count * segmentSize;
  const interpreterBytes = Buffer.from(interpreter === undefined ? '' : `${interpreter}\0`);
  const stringsAt = interpreterAt + interpreterBytes.length;
  const dynamicAt = stringsAt + strings.bytes.length;
  entries.push([5, base + stringsAt], [0, 0]);
  const dynamic = Buffer.concat(entries.map(([tag, value]) => longs(tag, value)));
  const size = dynamicAt + dynamic.length;
  const segments = [segment(1, 0, size)];
  if (interpreter !== undefined) segments.push(segment(3, interpreterAt, interpreterBytes.length));
  if (isDynamic) segments.push(segment(2, dynamicAt, dynamic.length));
  return Buffer.concat([header(machine, count), ...segments, interpreterBytes, strings.bytes, dynamic]);
}

class Strings {
  bytes = Buffer.from('\0');

  add(text: string): number {
    const at = this.bytes.length;
    this.bytes = Buffer.concat([this.bytes, Buffer.from(`${text}\0`)]);
    return at;
  }
}

function header(machine: number, segments: number): Buffer {
  const bytes = Buffer.alloc(headerSize);
  bytes.write('\x7fELF', 0, 'latin1');
  bytes[4] = 2;
  bytes[5] = 1;
  bytes.writeUInt16LE(machine, 18);
  bytes.writeBigUInt64LE(BigInt(headerSize), 32);
  bytes.writeUInt16LE(segmentSize, 54);
  bytes.writeUInt16LE(segments, 56);
  return bytes;
}

function segment(type: number, offset: number, size: number): Buffer {
  const bytes = Buffer.alloc(segmentSize);
  bytes.writeUInt32LE(type, 0);
  bytes.writeBigUInt64LE(BigInt(offset), 8);
  bytes.writeBigUInt64LE(BigInt(base + offset), 16);
  bytes.writeBigUInt64LE(BigInt(size), 32);
  return bytes;
}

function longs(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 8);
  for (const [index, value] of values.entries()) bytes.writeBigUInt64LE(BigInt(value), index * 8);
  return bytes;
}
