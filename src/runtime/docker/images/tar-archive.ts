/** A member of an archive. `path` is relative, without a final slash. */
export type TarMember = { readonly path: string; readonly mode: number } & (
  | { readonly type: 'folder' }
  | {
      readonly type: 'file';
      readonly size: number;
      /** Exactly `size` bytes, in pieces. */
      readonly chunks: () => Iterable<Buffer> | AsyncIterable<Buffer>;
    }
);

const blockSize = 512;

/** A member whose content was not as long as was said. */
export class TarSizeMismatch extends Error {
  override readonly name = 'TarSizeMismatch';
}

/** Bytes of an archive with these members. */
export function tarSize(members: readonly TarMember[]): number {
  const contents = members.map((member) => (member.type === 'file' ? padded(member.size) : 0));
  return contents.reduce((sum, size) => sum + blockSize + size, 2 * blockSize);
}

/**
 * An archive in the ustar format (POSIX.1-1988). Equal members give equal bytes: everything belongs to root and is as
 * old as the epoch.
 *
 * @throws {TarSizeMismatch} when a file is longer or shorter than its size
 */
export async function* tarChunks(members: readonly TarMember[]): AsyncGenerator<Buffer> {
  for (const member of members) {
    yield header(member);
    if (member.type === 'folder') continue;
    let left = member.size;
    for await (const chunk of member.chunks()) {
      left -= chunk.length;
      if (left < 0) break;
      yield chunk;
    }
    if (left !== 0) throw new TarSizeMismatch(`${member.path} changed while it was read`);
    if (padded(member.size) > member.size) yield Buffer.alloc(padded(member.size) - member.size);
  }
  yield Buffer.alloc(2 * blockSize);
}

function padded(size: number): number {
  return Math.ceil(size / blockSize) * blockSize;
}

function header(member: TarMember): Buffer {
  const block = Buffer.alloc(blockSize);
  const isFolder = member.type === 'folder';
  const { prefix, name } = splitPath(isFolder ? `${member.path}/` : member.path);
  block.write(name, 0, 100, 'utf8');
  writeOctal(block, member.mode, { offset: 100, length: 8 });
  writeOctal(block, 0, { offset: 108, length: 8 });
  writeOctal(block, 0, { offset: 116, length: 8 });
  writeOctal(block, isFolder ? 0 : member.size, { offset: 124, length: 12 });
  writeOctal(block, 0, { offset: 136, length: 12 });
  block.write(' '.repeat(8), 148);
  block.write(isFolder ? '5' : '0', 156);
  block.write('ustar\u000000', 257);
  block.write(prefix, 345, 155, 'utf8');
  const checksum = block.reduce((sum, byte) => sum + byte, 0);
  block.write(`${checksum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

function writeOctal(block: Buffer, value: number, at: { readonly offset: number; readonly length: number }) {
  block.write(`${value.toString(8).padStart(at.length - 1, '0')}\0`, at.offset);
}

/** Names of up to 100 bytes stand alone; longer ones are cut at a slash. */
function splitPath(path: string): { readonly prefix: string; readonly name: string } {
  if (Buffer.byteLength(path) <= 100) return { prefix: '', name: path };
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)];
    if (name !== '' && Buffer.byteLength(prefix) <= 155 && Buffer.byteLength(name) <= 100) {
      return { prefix, name };
    }
  }
  throw new Error(`${path} is too long for an archive`);
}
