import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { type TarMember, tarChunks } from './tar-archive.ts';

/** A file of an image: what it holds is a file of this machine, or is given. */
export interface LayerFile {
  /** Absolute, in the image. */
  readonly path: string;
  readonly mode: number;
  readonly source: string | Buffer;
}

/** A layer of an image, ready to be packed. */
export interface Layer {
  /** Hexadecimal SHA-256 of its archive: what the engine knows it by (OCI image specification, `rootfs.diff_ids`). */
  readonly diffId: string;
  readonly members: readonly TarMember[];
}

/** The archive's members: each file, after the folders that it lies in. Equal files give equal members in equal order. */
export function layerMembers(files: readonly LayerFile[]): readonly TarMember[] {
  const folders = new Set<string>();
  return files.flatMap((file) => {
    const path = file.path.replace(/^\/+/, '');
    // The engine makes folders that are missing so that only root may enter them.
    const missing = foldersAbove(path).filter((folder) => !folders.has(folder));
    for (const folder of missing) folders.add(folder);
    return [
      ...missing.map((folder): TarMember => ({ type: 'folder', path: folder, mode: 0o755 })),
      fileMember(path, file),
    ];
  });
}

function fileMember(path: string, { mode, source }: LayerFile): TarMember {
  if (typeof source !== 'string') {
    return { type: 'file', path, mode, size: source.length, chunks: () => [source] };
  }
  const { size } = statSync(source);
  return {
    type: 'file',
    path,
    mode,
    size,
    chunks: () => createReadStream(source, { highWaterMark: 1 << 20 }),
  };
}

function foldersAbove(path: string): readonly string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_part, index) => parts.slice(0, index + 1).join('/'));
}

/** Reads all files, to know the layer's {@link Layer.diffId}. */
export async function hashLayer(members: readonly TarMember[]): Promise<Layer> {
  const hash = createHash('sha256');
  for await (const chunk of tarChunks(members)) hash.update(chunk);
  return { diffId: hash.digest('hex'), members };
}
