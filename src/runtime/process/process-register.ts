import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { processStartTime } from './process-identity.ts';

/** A process that an instance started. */
export interface RegisteredProcess {
  readonly pid: number;
  readonly startTime: string;
  readonly kind: 'proxy' | 'host';
}

/**
 * Writes down which processes an instance started, in its run folder, so that whoever comes after a `kill -9` can end
 * exactly those.
 */
export class ProcessRegister {
  readonly #folder: string;

  constructor(runFolder: string) {
    this.#folder = join(runFolder, 'pids');
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
  }

  /** `undefined` when the process has ended already. */
  add(pid: number, kind: RegisteredProcess['kind']): RegisteredProcess | undefined {
    const startTime = processStartTime(pid);
    if (startTime === undefined) return undefined;
    writeFileSync(join(this.#folder, String(pid)), JSON.stringify({ kind, startTime }), { mode: 0o600 });
    return { pid, startTime, kind };
  }

  remove(pid: number): void {
    rmSync(join(this.#folder, String(pid)), { force: true });
  }
}

/** What a {@link ProcessRegister} wrote down. Unreadable entries are left out. */
export function registeredProcesses(runFolder: string): readonly RegisteredProcess[] {
  const folder = join(runFolder, 'pids');
  const found: RegisteredProcess[] = [];
  for (const name of readNames(folder)) {
    try {
      const { kind, startTime } = JSON.parse(readFileSync(join(folder, name), 'utf8'));
      found.push({
        pid: Number(name),
        startTime: String(startTime),
        kind: kind === 'host' ? 'host' : 'proxy',
      });
    } catch {
      // Half written when its writer was killed: the process, if any, is its host's to end.
    }
  }
  return found;
}

function readNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}
