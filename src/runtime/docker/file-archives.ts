import { posix } from 'node:path';
import { pack } from 'tar-stream';
import type { ContainerSpec } from './container-spec.ts';

/** Files of one folder, as `PUT /containers/{id}/archive` takes them. */
export interface FolderArchive {
  readonly folder: string;
  readonly tar: Buffer;
}

/** Folders that need a volume: a root that cannot be written to takes no files. */
export function volumeFolders({ files = {} }: ContainerSpec): readonly string[] {
  return [...new Set(Object.keys(files).map((path) => posix.dirname(path)))].sort();
}

/** The files of a container, by folder. */
export function fileArchives(spec: ContainerSpec): Promise<readonly FolderArchive[]> {
  const { files = {}, user } = spec;
  const archives = volumeFolders(spec).map(async (folder) => {
    const tar = pack();
    for (const [path, { text, mode = 0o444, uid = numberOf(user) }] of Object.entries(files)) {
      if (posix.dirname(path) !== folder) continue;
      tar.entry({ name: posix.basename(path), mode, uid, gid: uid, mtime: new Date(0) }, text);
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
