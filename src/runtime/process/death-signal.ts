import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * What to put before a command so that the kernel kills the process when its parent dies, however that dies:
 * util-linux's `setpriv`, on Linux, where it is there and knows how. Empty otherwise; the pod host does the same a
 * moment later.
 */
export function deathSignalPrefix(path: string): readonly string[] {
  if (process.platform !== 'linux') return [];
  for (const folder of path.split(delimiter)) {
    const program = join(folder, 'setpriv');
    try {
      // Looking into the file is quicker than running it. BusyBox has a `setpriv` without this option.
      return readFileSync(program).includes('--pdeathsig') ? [program, '--pdeathsig', 'KILL'] : [];
    } catch {
      // Not in this folder.
    }
  }
  return [];
}
