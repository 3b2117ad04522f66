import { createHash } from 'node:crypto';
import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { homedir, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** Environment variables, as in `process.env`. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Longest base folder that leaves room for the sockets of an instance: the operating system takes at most 103 bytes
 * (macOS; Linux 107) for the path of a unix socket.
 */
const longestBase = 40;

/**
 * Folder that holds one folder for each running instance: `$XDG_RUNTIME_DIR/calb-sim`, else `/tmp/calb-sim-UID`.
 * Made with mode 0700 when missing.
 *
 * @throws when the folder belongs to somebody else or is no folder: another user could then read tokens
 */
export function runtimeBaseFolder(env: Environment): string {
  const { uid } = userInfo();
  const preferred = env.XDG_RUNTIME_DIR === undefined ? undefined : join(env.XDG_RUNTIME_DIR, 'calb-sim');
  const fallback = join(process.platform === 'linux' ? '/tmp' : tmpdir(), `calb-sim-${uid}`);
  const candidates = [preferred, fallback, `/tmp/calb-sim-${uid}`];
  const base = candidates.find((path) => path !== undefined && Buffer.byteLength(path) <= longestBase);
  if (base === undefined)
    throw new Error(`no folder with a path of at most ${longestBase} bytes for sockets`);
  return ownFolder(base, uid);
}

/** Makes sure that `path` is a folder of this user which nobody else can enter. */
function ownFolder(path: string, uid: number): string {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const stat = lstatSync(path);
  if (!stat.isDirectory() || (uid >= 0 && stat.uid !== uid)) {
    throw new Error(`${path} is not a folder of this user: remove it, or set XDG_RUNTIME_DIR`);
  }
  if ((stat.mode & 0o077) !== 0) chmodSync(path, 0o700);
  return path;
}

/** Folder for what must survive a restart: `$XDG_STATE_HOME/calb-sim`, else `~/.local/state/calb-sim`. Not made. */
export function stateFolder(env: Environment): string {
  return join(env.XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'calb-sim');
}

/** The user's cache: `$XDG_CACHE_HOME/calb-sim`, else `~/Library/Caches/calb-sim` (macOS) or `~/.cache/calb-sim`. Not made. */
export function cacheFolder(env: Environment): string {
  const standard =
    process.platform === 'darwin' ? join(homedir(), 'Library', 'Caches') : join(homedir(), '.cache');
  return join(env.XDG_CACHE_HOME || standard, 'calb-sim');
}

/** A readable folder name of at most 20 bytes for a longer one; the same every time. */
export function shortName(name: string): string {
  if (Buffer.byteLength(name) <= 20) return name;
  return `${name.slice(0, 11)}-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
}
