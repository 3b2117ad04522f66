import { constants, createInflate, type Inflate } from 'node:zlib';
import { headerDictionary } from './header-dictionary.ts';

/** So much of one stream's headers is taken, bytes. */
const maxBytes = 64 * 1024;

/** Reads the header blocks of one direction of a connection: they are compressed as one text. */
export class HeaderReader {
  readonly #inflate: Inflate = createInflate({
    dictionary: headerDictionary,
    finishFlush: constants.Z_SYNC_FLUSH,
  });

  /**
   * The headers of a block, names in lower case. Blocks must be given one after the other.
   *
   * @throws when it cannot be read; nothing can be read after that
   */
  async read(block: Buffer): Promise<ReadonlyMap<string, string>> {
    return parseHeaders(await this.#expand(block));
  }

  close(): void {
    this.#inflate.close();
  }

  #expand(block: Buffer): Promise<Buffer> {
    const inflate = this.#inflate;
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      let length = 0;
      const take = (): void => {
        for (let chunk: Buffer | null = inflate.read(); chunk !== null; chunk = inflate.read()) {
          length += chunk.length;
          chunks.push(chunk);
          if (length > maxBytes) inflate.destroy(new Error('the headers are too large'));
        }
      };
      inflate.on('readable', take).once('error', reject);
      inflate.write(block, () => {
        take();
        inflate.off('readable', take).off('error', reject);
        resolve(Buffer.concat(chunks));
      });
    });
  }
}

/** Number of pairs, then each name and value with its length before it. */
function parseHeaders(bytes: Buffer): ReadonlyMap<string, string> {
  let offset = 0;
  const number = (): number => {
    offset += 4;
    return bytes.readUInt32BE(offset - 4);
  };
  const text = (): string => {
    const length = number();
    if (offset + length > bytes.length) throw new RangeError('a header is cut off');
    offset += length;
    return bytes.toString('utf8', offset - length, offset);
  };
  const headers = new Map<string, string>();
  for (let left = number(); left > 0; left -= 1) headers.set(text().toLowerCase(), text());
  return headers;
}
