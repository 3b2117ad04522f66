import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const command = ['setpriv', '--pdeathsig', 'KILL'];

/**
 * What to put before a command so that the kernel kills the process when its parent dies, however that dies: util-linux's
 * `setpriv`, on Linux, where it is there and knows how. Empty otherwise; the pod host does the same a moment later.
 */
export async function deathSignalPrefix(): Promise<readonly string[]> {
  if (process.platform !== 'linux') return [];
  const [program = '', ...args] = command;
  try {
    await promisify(execFile)(program, [...args, 'true'], { timeout: 2000 });
    return command;
  } catch {
    return [];
  }
}
