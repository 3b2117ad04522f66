/** Types of control frames (SPDY/3.1, section 2.6) that are used here. */
export const controlTypes = { synStream: 1, synReply: 2, rstStream: 3, ping: 6, goAway: 7 } as const;

/** The last frame of its sender on a stream. */
export const finFlag = 1;

const version = 3;

/** Largest frame that is taken, bytes. */
const maxFrameBytes = 4 * 1024 * 1024;

export type Frame =
  | { readonly type: 'data'; readonly streamId: number; readonly flags: number; readonly payload: Buffer }
  | { readonly type: 'control'; readonly control: number; readonly flags: number; readonly payload: Buffer };

/**
 * Cuts a byte stream into frames.
 *
 * @throws when what comes is no SPDY/3.1
 */
export async function* readFrames(bytes: AsyncIterable<Buffer>): AsyncGenerator<Frame> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of bytes) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let offset = 0;
    while (rest.length - offset >= 8) {
      const length = rest.readUIntBE(offset + 5, 3);
      if (length > maxFrameBytes) throw new RangeError(`a frame of ${length} bytes is too large`);
      if (rest.length - offset < 8 + length) break;
      yield toFrame(rest, offset, length);
      offset += 8 + length;
    }
    rest = rest.subarray(offset);
  }
}

function toFrame(bytes: Buffer, offset: number, length: number): Frame {
  const first = bytes.readUInt32BE(offset);
  const flags = bytes.readUInt8(offset + 4);
  const payload = bytes.subarray(offset + 8, offset + 8 + length);
  if (first < 0x80000000) return { type: 'data', streamId: first, flags, payload };
  if (((first >>> 16) & 0x7fff) !== version) throw new RangeError('this is not SPDY/3.1');
  return { type: 'control', control: first & 0xffff, flags, payload };
}

export function dataFrame(streamId: number, flags: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(streamId);
  head.writeUInt32BE(payload.length, 4);
  head.writeUInt8(flags, 4);
  return Buffer.concat([head, payload]);
}

export function controlFrame(control: number, payload: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16BE(0x8000 | version);
  head.writeUInt16BE(control, 2);
  head.writeUInt32BE(payload.length, 4);
  return Buffer.concat([head, payload]);
}

export function uint32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, 4 * index);
  return bytes;
}
