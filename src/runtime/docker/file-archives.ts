import { posix } from 'node:path';
import { type Pack, pack } from 'tar-stream';
import type { ContainerFile, ContainerSpec } from './container-spec.ts';

/** Files of one folder, as `PUT /containers/{id}/archive` takes them. */
export interface FolderArchive {
  readonly folder: string;
  readonly tar: Buffer;
}

/**
 * Folders that need a volume for their files' sake: a root that cannot be written to takes none. What can be written to
 * takes them as they are.
 */
export function volumeFolders(spec: ContainerSpec): readonly string[] {
  if (spec.readOnlyRoot === false) return [];
  const folders = Object.keys(spec.files ?? {}).map((path) => folderOf(path, spec));
  return [...new Set(folders)].filter((folder) => spec.volumes?.[folder] === undefined).sort();
}

/** The files of a container, by folder. */
export function fileArchives(spec: ContainerSpec): Promise<readonly FolderArchive[]> {
  const files = Object.entries(spec.files ?? {});
  const folders = [...new Set(files.map(([path]) => folderOf(path, spec)))].sort();
  return Promise.all(
    folders.map(async (folder) => {
      const tar = pack();
      const inside = files.filter(([path]) => folderOf(path, spec) === folder);
      // Folders of an image have modes of their own; those of a volume are not there yet.
      if (folder !== '/') addFolders(tar, folder, inside);
      for (const [path, { text, mode = 0o444, uid = numberOf(spec.user) }] of inside) {
        const name = posix.relative(folder, path);
        tar.entry({ name, mode, uid, gid: uid, mtime: new Date(0) }, text);
      }
      tar.finalize();
      const chunks: Buffer[] = [];
      for await (const chunk of tar) chunks.push(chunk as Buffer);
      return { folder, tar: Buffer.concat(chunks) };
    }),
  );
}

function addFolders(tar: Pack, folder: string, files: readonly (readonly [string, ContainerFile])[]): void {
  const names = new Set<string>();
  for (const [path] of files) {
    const parts = posix.relative(folder, path).split('/').slice(0, -1);
    for (let depth = 1; depth <= parts.length; depth += 1) names.add(parts.slice(0, depth).join('/'));
  }
  for (const name of names) tar.entry({ name, type: 'directory', mode: 0o755, mtime: new Date(0) });
}

/** Where a file is put: the volume that it lies in; else its own folder where that must be one, or the root. */
function folderOf(path: string, { volumes = {}, readOnlyRoot = true }: ContainerSpec): string {
  const around = Object.keys(volumes).filter((folder) => path.startsWith(`${folder}/`));
  const [nearest] = around.sort((a, b) => b.length - a.length);
  return nearest ?? (readOnlyRoot ? posix.dirname(path) : '/');
}

function numberOf(user: ContainerSpec['user']): number {
  return typeof user === 'number' ? user : 0;
}
