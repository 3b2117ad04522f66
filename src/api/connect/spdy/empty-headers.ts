/** Adler-32 of the header dictionary: says which one was used (RFC 1950). */
const dictionaryId = 0xe3c6a7c2;

/** Deflate with a 32 KiB window, and a dictionary. */
const zlibHead = Buffer.from([0x78, 0x20, ...bytesOf(dictionaryId)]);

/**
 * A block of no headers (the number 0), stored as it is: deflate's block type 0 with its length and that inverted. The
 * empty one after it lets readers have what came before.
 */
const block = Buffer.from([0x00, 0x04, 0x00, 0xfb, 0xff, 0, 0, 0, 0, 0x00, 0x00, 0x00, 0xff, 0xff]);

/** The compressed block of no headers; `isFirst` of its direction of the connection. */
export function emptyHeaders(isFirst: boolean): Buffer {
  return isFirst ? Buffer.concat([zlibHead, block]) : block;
}

function bytesOf(value: number): readonly number[] {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff);
}
