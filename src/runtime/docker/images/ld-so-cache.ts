/** A library that `ldconfig` found. */
export interface CachedLibrary {
  readonly name: string;
  readonly path: string;
}

/** Begins the table in the format of glibc 2.2 and later; a table in the older format may stand before it. */
const magic = 'glibc-ld.so.cache1.1';
const headerSize = 48;
const entrySize = 24;

/**
 * The libraries of `/etc/ld.so.cache` (glibc, `sysdeps/generic/dl-cache.h`), in the order in which the loader would
 * take them. Those for certain processors only are left out: an image may be used on another one.
 */
export function parseLdSoCache(cache: Buffer): readonly CachedLibrary[] {
  const start = cache.indexOf(magic, 0, 'latin1');
  if (start < 0 || cache.length < start + headerSize) return [];
  const count = cache.readUInt32LE(start + magic.length);
  const fitting = Math.min(count, Math.floor((cache.length - start - headerSize) / entrySize));
  const libraries: CachedLibrary[] = [];
  for (let index = 0; index < fitting; index += 1) {
    const at = start + headerSize + index * entrySize;
    const hardwareCapabilities = cache.readBigUInt64LE(at + 16);
    if (hardwareCapabilities !== 0n) continue;
    libraries.push({
      name: textAt(cache, start + cache.readUInt32LE(at + 4)),
      path: textAt(cache, start + cache.readUInt32LE(at + 8)),
    });
  }
  return libraries;
}

function textAt(bytes: Buffer, offset: number): string {
  const end = bytes.indexOf(0, offset);
  return bytes.toString('utf8', offset, end < 0 ? bytes.length : end);
}
