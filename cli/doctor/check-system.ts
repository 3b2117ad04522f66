import { existsSync, readdirSync, readFileSync, watch } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { deadInstances, listInstances } from '../../src/runtime/process/instances.ts';
import { cacheFolder, runtimeBaseFolder, stateFolder } from '../../src/runtime/process/run-directory.ts';
import { listWords } from '../output/list-words.ts';
import { formatBytes } from '../output/progress.ts';
import { type Check, type Finding, missing, note, ok } from './finding.ts';

/** Below this nothing can be started, and above the other one there is room for images too, bytes. */
const leastDisk = 50e6;
const enoughDisk = 1e9;

/** Room on the disks that are written to. */
export const diskCheck: Check = {
  name: 'disk',
  run: async (env) => {
    const folders = [runtimeBaseFolder(env), stateFolder(env), cacheFolder(env)];
    const results = await Promise.all(folders.map((folder) => examineDisk(folder)));
    const problems = results.filter(({ state }) => state !== 'ok');
    return problems.length > 0 ? problems : results.slice(-1);
  },
};

/** Free space where a folder is, or will be. */
export async function examineDisk(folder: string): Promise<Finding> {
  const { bavail, bsize, files, ffree } = await statfs(existing(folder));
  const free = bavail * bsize;
  const text = `${formatBytes(free)} free for ${folder}`;
  if (free < leastDisk) return missing(text, `df -h ${existing(folder)}     (and remove what is not needed)`);
  // Some file systems have no fixed number of files.
  if (files > 0 && ffree < 1000) return missing(`${ffree} files can be made in ${folder}`, 'remove files');
  return free < enoughDisk ? note(`only ${text}`, 'docker image prune') : ok(text);
}

function existing(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : existing(dirname(folder));
}

/** Enough for a folder of manifests, beside what editors and others watch. */
const fewWatches = 8192;

/** Whether saves are noticed: the kernel watches only so many files for a user. */
export const inotifyCheck: Check = {
  name: 'inotify',
  run: (env) => {
    if (process.platform !== 'linux') return [];
    const limit = (name: string) => Number(readFileSync(`/proc/sys/fs/inotify/${name}`, 'utf8'));
    const [watches, instances] = [limit('max_user_watches'), limit('max_user_instances')];
    const text = `the kernel lets a user watch ${watches} files, in ${instances} programs`;
    const more = (name: string, value: number) => `sudo sysctl fs.inotify.${name}=${value}`;
    const failure = tryToWatch(runtimeBaseFolder(env));
    if (failure === 'EMFILE') {
      return [missing(`${text}: all are in use, saves are not noticed`, more('max_user_instances', 1024))];
    }
    if (failure !== undefined) {
      return [missing(`${text}: no more can be watched (${failure})`, more('max_user_watches', 524_288))];
    }
    return watches < fewWatches ? [note(text, more('max_user_watches', 524_288))] : [ok(text)];
  },
};

function tryToWatch(folder: string): string | undefined {
  try {
    watch(folder)
      .on('error', () => {})
      .close();
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

/** Certificates, tokens and events carry times: a clock that is far off makes them wrong. */
export const clockCheck: Check = {
  name: 'clock',
  run: () => {
    const now = new Date();
    const text = `the clock says ${now.toISOString().slice(0, 19)}Z`;
    // Nothing of ours is older.
    if (now.getUTCFullYear() < 2025)
      return [missing(`${text}, which is past`, 'sudo timedatectl set-ntp true')];
    return [ok(text)];
  },
};

/** What runs, and what was left. */
export const instanceCheck: Check = {
  name: 'instances',
  run: (env) => {
    const running = listInstances(env).map(({ name, pid, folder, runtime }) =>
      ok(`instance ${name} runs: pid ${pid}, serving ${folder}, ${runtime} runtime`),
    );
    const dead = deadInstances(env);
    if (dead.length === 0) return running;
    return [...running, note(`${listWords(dead)} ended without cleaning up`, 'calb-sim down')];
  },
};

const emulators = '/proc/sys/fs/binfmt_misc';

/** Architectures whose programs this kernel runs by an emulator: `aarch64`. */
export function emulatedArchitectures(): readonly string[] {
  try {
    return readdirSync(emulators)
      .filter((name) => name.startsWith('qemu-'))
      .map((name) => name.slice('qemu-'.length))
      .sort();
  } catch {
    return [];
  }
}
