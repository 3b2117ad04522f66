import { readdirSync, readFileSync } from 'node:fs';

/** A process of this machine, told apart from a later one that got the same id by its start time. */
export interface RunningProcess {
  readonly pid: number;
  /** Clock ticks since boot (proc_pid_stat(5), field 22). */
  readonly startTicks: string;
  readonly command: string;
}

/** Parent id and start time of a process, or undefined where it is gone or only waits to be reaped. */
function statOf(pid: number): { readonly parent: number; readonly startTicks: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command in parentheses and may itself contain spaces.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    return { parent: Number(fields[1]), startTicks: fields[19] ?? '' };
  } catch {
    return undefined;
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function allPids(): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function describeProcess(pid: number): RunningProcess | undefined {
  const stat = statOf(pid);
  if (stat === undefined) return undefined;
  const command = read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim().slice(0, 160);
  return { pid, startTicks: stat.startTicks, command };
}

/** All processes below `pid`, whatever their depth; empty on systems without /proc. */
export function descendants(pid: number): readonly RunningProcess[] {
  if (process.platform !== 'linux') return [];
  const children = new Map<number, number[]>();
  for (const id of allPids()) {
    const stat = statOf(id);
    if (stat !== undefined) children.set(stat.parent, [...(children.get(stat.parent) ?? []), id]);
  }
  const found: RunningProcess[] = [];
  const queue = [...(children.get(pid) ?? [])];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const running = describeProcess(next);
    if (running !== undefined) found.push(running);
    queue.push(...(children.get(next) ?? []));
  }
  return found;
}

/** All processes whose command line or environment names `marker`, such as a temp folder that only one test uses. */
export function processesNaming(marker: string): readonly RunningProcess[] {
  if (process.platform !== 'linux') return [];
  return allPids().flatMap((pid) => {
    if (pid === process.pid) return [];
    const names =
      read(`/proc/${pid}/cmdline`).includes(marker) || read(`/proc/${pid}/environ`).includes(marker);
    const running = names ? describeProcess(pid) : undefined;
    return running === undefined ? [] : [running];
  });
}

/** Those of `processes` that still run. */
export function stillRunning(processes: readonly RunningProcess[]): readonly RunningProcess[] {
  return processes.filter((known) => statOf(known.pid)?.startTicks === known.startTicks);
}
