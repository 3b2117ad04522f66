import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashLayer, type Layer, type LayerFile, layerMembers } from './image-layer.ts';

/** A file of this machine that becomes a file of an image. */
export interface HostLayerFile extends LayerFile {
  readonly source: string;
}

interface KnownFile extends HostLayerFile {
  readonly size: number;
  readonly mtimeMs: number;
}

interface KnownLayer {
  readonly key: string;
  readonly files: readonly KnownFile[];
  readonly diffId: string;
}

/** Raised when equal files would give another archive than before. */
const format = 1;

/**
 * The layer that `collect` describes. What is known from an earlier run counts for as long as all its files have the
 * same size and modification time: then nothing is collected and no file is read.
 *
 * @param folder where the knowledge is kept; made when it is missing
 * @param name what the layer is made of, all that `collect` depends on
 */
export async function cachedLayer(
  folder: string,
  name: readonly string[],
  collect: () => readonly HostLayerFile[],
): Promise<Layer> {
  const key = JSON.stringify([format, ...name]);
  const path = join(folder, `${createHash('sha256').update(key).digest('hex').slice(0, 16)}.json`);
  const known = readKnown(path, key);
  if (known !== undefined) return { diffId: known.diffId, members: layerMembers(known.files) };
  const files = collect().map((file) => ({ ...file, ...sizeAndTime(file.source) }));
  const layer = await hashLayer(layerMembers(files));
  // A file that was changed while it was read must not be remembered with its new time.
  if (files.every(isUnchanged)) remember(folder, path, { key, files, diffId: layer.diffId });
  return layer;
}

function readKnown(path: string, key: string): KnownLayer | undefined {
  try {
    const known: KnownLayer = JSON.parse(readFileSync(path, 'utf8'));
    return known.key === key && known.files.every(isUnchanged) ? known : undefined;
  } catch {
    // Absent, or damaged: it is made again.
    return undefined;
  }
}

function isUnchanged({ source, size, mtimeMs }: KnownFile): boolean {
  const stat = statSync(source, { throwIfNoEntry: false });
  return stat?.size === size && stat.mtimeMs === mtimeMs;
}

function sizeAndTime(source: string): { readonly size: number; readonly mtimeMs: number } {
  const { size, mtimeMs } = statSync(source);
  return { size, mtimeMs };
}

function remember(folder: string, path: string, layer: KnownLayer): void {
  try {
    mkdirSync(folder, { recursive: true });
    const draft = `${path}.${process.pid}`;
    writeFileSync(draft, JSON.stringify(layer));
    renameSync(draft, path);
  } catch {
    // A home folder that cannot be written costs the next start the time to hash, no more.
  }
}
