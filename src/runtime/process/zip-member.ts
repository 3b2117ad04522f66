import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw } from 'node:zlib';

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const localSignature = 0x04034b50;
/** The end record has 22 bytes and a comment of at most 64 KiB. */
const longestEnd = 22 + 0xffff;

interface Entry {
  readonly method: number;
  readonly packedBytes: number;
  readonly offset: number;
}

/**
 * Unpacks one member of a zip file (stored or deflated, without zip64) to `target`. Answers its SHA-256, hexadecimal.
 *
 * @param onBytes called with the number of bytes written so far
 * @throws when the file is no zip file or has no such member
 */
export async function extractZipMember(
  zipFile: string,
  member: string,
  target: string,
  onBytes: (written: number) => void,
): Promise<string> {
  await using file = await open(zipFile);
  const entry = await findEntry(file, member);
  if (entry === undefined) throw new Error(`${zipFile} has no member ${member}`);
  const start = await dataStart(file, entry);
  const packed = file.createReadStream({ start, end: start + entry.packedBytes - 1, autoClose: false });
  const hash = createHash('sha256');
  let written = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      written += chunk.length;
      onBytes(written);
      done(undefined, chunk);
    },
  });
  const output = createWriteStream(target, { mode: 0o755 });
  if (entry.method === 8) await pipeline(packed, createInflateRaw({ chunkSize: 1 << 18 }), meter, output);
  else if (entry.method === 0) await pipeline(packed, meter, output);
  else throw new Error(`${member} in ${zipFile} is packed by an unknown method (${entry.method})`);
  return hash.digest('hex');
}

async function findEntry(file: FileHandle, member: string): Promise<Entry | undefined> {
  const { size } = await file.stat();
  const tail = await readAt(file, Math.max(0, size - longestEnd), Math.min(size, longestEnd));
  let end = tail.length - 22;
  while (end >= 0 && tail.readUInt32LE(end) !== endSignature) end -= 1;
  if (end < 0) throw new Error('the file is no zip file');
  const directory = await readAt(file, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
  for (let at = 0; at + 46 <= directory.length && directory.readUInt32LE(at) === entrySignature; ) {
    const nameLength = directory.readUInt16LE(at + 28);
    const name = directory.toString('utf8', at + 46, at + 46 + nameLength);
    if (name === member) {
      return {
        method: directory.readUInt16LE(at + 10),
        packedBytes: directory.readUInt32LE(at + 20),
        offset: directory.readUInt32LE(at + 42),
      };
    }
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return undefined;
}

async function dataStart(file: FileHandle, { offset }: Entry): Promise<number> {
  const header = await readAt(file, offset, 30);
  if (header.length < 30 || header.readUInt32LE(0) !== localSignature) {
    throw new Error('the zip file is damaged');
  }
  return offset + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}
