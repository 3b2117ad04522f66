import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/**
 * Files that git creates while it changes a working tree, for the working trees that `paths` lie in. As long as one is
 * there, a branch switch may be half done.
 */
export function gitLocks(paths: readonly string[]): readonly string[] {
  return [
    ...new Set(paths.map((path) => gitFolder(resolve(path))).filter((folder) => folder !== undefined)),
  ].map((folder) => join(folder, 'index.lock'));
}

function gitFolder(path: string): string | undefined {
  const candidate = join(path, '.git');
  if (existsSync(candidate)) return followGitFile(candidate);
  const parent = dirname(path);
  return parent === path ? undefined : gitFolder(parent);
}

/** In a linked working tree `.git` is a file that names the folder. */
function followGitFile(path: string): string {
  try {
    const target = /^gitdir: (.+)$/m.exec(readFileSync(path, 'utf8'))?.[1];
    return target === undefined ? path : resolve(dirname(path), target);
  } catch {
    return path;
  }
}
