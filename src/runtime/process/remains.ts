import { existsSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isSameProcess, processCommand, signalProcess } from './process-identity.ts';
import { type RegisteredProcess, registeredProcesses } from './process-register.ts';

/** How long a process may take to be gone after SIGKILL. */
const patienceMs = 2000;

/**
 * Kills the processes that a dead instance started and removes its run folder. A process counts as the instance's only
 * when pid and start time are as written down and its command line names the run folder. Safe when several do it at
 * once. Answers how many processes were killed.
 */
export async function removeRemains(
  runFolder: string,
): Promise<{ readonly proxies: number; readonly hosts: number }> {
  const grave = join(dirname(runFolder), `.dead-${process.pid}-${Date.now()}-${basename(runFolder)}`);
  const isBuried = basename(runFolder).startsWith('.');
  try {
    // Whoever renames it has it to himself.
    if (!isBuried) renameSync(runFolder, grave);
  } catch {
    return { proxies: 0, hosts: 0 };
  }
  const folder = isBuried ? runFolder : grave;
  const original = isBuried ? originalFolder(runFolder) : runFolder;
  const killed = registeredProcesses(folder).filter((process) => kill(process, original));
  await gone(killed);
  if (existsSync(folder)) rmSync(folder, { recursive: true, force: true });
  return {
    proxies: killed.filter(({ kind }) => kind === 'proxy').length,
    hosts: killed.filter(({ kind }) => kind === 'host').length,
  };
}

function kill({ pid, startTime }: RegisteredProcess, runFolder: string): boolean {
  const command = processCommand(pid);
  const isOurs = command.includes(`${runFolder}/`) || command.endsWith(` ${runFolder}`);
  // A host that set its title hides its arguments: pid and start time must do.
  return (isOurs || command.startsWith('calb-sim-pods')) && signalProcess(pid, startTime, 'SIGKILL');
}

async function gone(killed: readonly RegisteredProcess[]): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (killed.some(({ pid, startTime }) => isSameProcess(pid, startTime)) && performance.now() < deadline) {
    await sleep(5);
  }
}

/** Where a folder was before it was put aside: `.dead-PID-TIME-NAME`. */
function originalFolder(grave: string): string {
  return join(dirname(grave), basename(grave).replace(/^\.dead-\d+-\d+-/, ''));
}
