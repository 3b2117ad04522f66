import { posix } from 'node:path';
import { pack } from 'tar-stream';
import type { ContainerSpec } from './container-spec.ts';

/** Files of one folder, as `PUT /containers/{id}/archive` takes them. */
export interface FolderArchive {
  readonly folder: string;
  readonly tar: Buffer;
}

/** Folders that need a volume: a root that cannot be written to takes no files. What can be written to takes them as they are. */
export function volumeFolders({ files = {}, readOnlyRoot = true }: ContainerSpec): readonly string[] {
  if (!readOnlyRoot) return [];
  return [...new Set(Object.keys(files).map((path) => posix.dirname(path)))].sort();
}

/** The files of a container, by folder. */
export function fileArchives(spec: ContainerSpec): Promise<readonly FolderArchive[]> {
  const { files = {}, user, readOnlyRoot = true } = spec;
  const paths = Object.entries(files);
  const folders = readOnlyRoot ? volumeFolders(spec) : paths.length > 0 ? ['/'] : [];
  const archives = folders.map(async (folder) => {
    const tar = pack();
    for (const [path, { text, mode = 0o444, uid = numberOf(user) }] of paths) {
      if (readOnlyRoot && posix.dirname(path) !== folder) continue;
      const name = readOnlyRoot ? posix.basename(path) : path.slice(1);
      tar.entry({ name, mode, uid, gid: uid, mtime: new Date(0) }, text);
    }
    tar.finalize();
    const chunks: Buffer[] = [];
    for await (const chunk of tar) chunks.push(chunk as Buffer);
    return { folder, tar: Buffer.concat(chunks) };
  });
  return Promise.all(archives);
}

function numberOf(user: ContainerSpec['user']): number {
  return typeof user === 'number' ? user : 0;
}
