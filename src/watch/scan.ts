import { type Dirent, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';

/** A manifest file as the file system shows it, unread. */
export interface FoundFile {
  readonly path: string;
  /** Changes with the content: modification time, size and inode. */
  readonly fingerprint: string;
  /** Device and inode: the same file under another name has the same. */
  readonly identity: string;
  readonly bytes: number;
  /** A symbolic link: changes of what it leads to are not seen in its folder. */
  readonly isLink: boolean;
  /** Set when it cannot be a manifest: a pipe, a link to nothing. */
  readonly problem?: string;
}

/** What is there. */
export interface Scan {
  readonly files: ReadonlyMap<string, FoundFile>;
  /** Every folder that was looked into, with device and inode. */
  readonly folders: ReadonlyMap<string, string>;
  /** Folders that are gone or cannot be read, with the reason: what was known of them stays. */
  readonly unreadable: ReadonlyMap<string, string>;
}

/** Deeper folders are not looked into: a link may lead in circles. */
const maxDepth = 24;

/** Lists the manifests at `paths`, folders with all that they hold. Fast enough to be done at each change. */
export function scan(paths: readonly string[]): Scan {
  const found: Found = { files: new Map(), folders: new Map(), unreadable: new Map(), seen: new Set() };
  for (const path of paths) {
    const stat = statOrReason(path);
    if (typeof stat === 'string') {
      // A file that is named and gone is a deleted file; where its folder is gone as well, that is the problem.
      const isFile = isManifestName(path) && typeof statOrReason(join(path, '..')) !== 'string';
      if (!isFile) found.unreadable.set(path, stat);
    } else if (stat.isDirectory()) scanFolder(path, stat, 0, found);
    else found.files.set(path, foundFile(path, stat, false));
  }
  return found;
}

interface Found {
  readonly files: Map<string, FoundFile>;
  readonly folders: Map<string, string>;
  readonly unreadable: Map<string, string>;
  /** Real paths of the folders that were looked into. */
  readonly seen: Set<string>;
}

function scanFolder(folder: string, { dev, ino }: Stats, depth: number, found: Found): void {
  let entries: readonly Dirent[];
  try {
    const real = realpathSync(folder);
    if (found.seen.has(real) || depth > maxDepth) return;
    found.seen.add(real);
    entries = readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    found.unreadable.set(folder, reasonOf(error));
    return;
  }
  found.folders.set(folder, `${dev}:${ino}`);
  for (const entry of [...entries].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (!isIgnored(entry.name)) scanEntry(join(folder, entry.name), entry, depth, found);
  }
}

function scanEntry(path: string, entry: Dirent, depth: number, found: Found): void {
  const isManifest = isManifestName(entry.name);
  const isLink = entry.isSymbolicLink();
  if (!isManifest && !isLink && !entry.isDirectory()) return;
  const stat = statOrReason(path);
  if (typeof stat !== 'string') {
    if (stat.isDirectory()) scanFolder(path, stat, depth + 1, found);
    else if (isManifest) found.files.set(path, foundFile(path, stat, isLink));
  } else if (isManifest && (isLink || !stat.startsWith('ENOENT'))) {
    const problem = stat.startsWith('ENOENT') ? 'it is a link to a file that does not exist' : stat;
    found.files.set(path, { path, fingerprint: problem, identity: path, bytes: 0, isLink, problem });
  }
}

function foundFile(path: string, stat: Stats, isLink: boolean): FoundFile {
  const file = {
    path,
    fingerprint: `${stat.mtimeMs}:${stat.ctimeMs}:${stat.size}:${stat.ino}`,
    identity: `${stat.dev}:${stat.ino}`,
    bytes: stat.size,
    isLink,
  };
  return stat.isFile() ? file : { ...file, problem: 'it is not a regular file' };
}

/** A manifest has one of the three extensions. */
export function isManifestName(path: string): boolean {
  return /\.(ya?ml|json)$/i.test(path);
}

/** Swap, backup and hidden files and folders, and packages. */
export function isIgnored(name: string): boolean {
  return name.startsWith('.') || name.startsWith('#') || name.endsWith('~') || name === 'node_modules';
}

function statOrReason(path: string): Stats | string {
  try {
    return statSync(path);
  } catch (error) {
    return reasonOf(error);
  }
}

/** `EACCES: permission denied`: the system's words without path and call. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? (error.message.split(',')[0] ?? error.message) : String(error);
}
