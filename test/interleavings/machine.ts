import { spawnSync } from 'node:child_process';
import type { Instance } from '../e2e/support/instance.ts';

/** What bad luck can do to what an instance runs, in either runtime. */
export interface Machine {
  /** Ends the tenant's Envoy without a warning. */
  killProxy(instance: Instance): void;
  /** Ends a pod, or what hosts it. */
  killPod(instance: Instance, index: number): void;
  /** Stops the tenant's Envoy for a moment; the answer lets it go on. */
  pause(instance: Instance): () => void;
}

/** Envoys and pods as child processes. */
const processes: Machine = {
  killProxy: (instance) => signal(instance, 'envoy', 'SIGKILL'),
  killPod: (instance) => signal(instance, 'host.cjs', 'SIGKILL'),
  pause: (instance) => {
    signal(instance, 'envoy', 'SIGSTOP');
    return () => signal(instance, 'envoy', 'SIGCONT');
  },
};

/** Envoys and pods as containers. */
const containers: Machine = {
  killProxy: (instance) => docker('kill', first(owned(instance, 'proxy'), 0)),
  killPod: (instance, index) => docker('kill', first(owned(instance, 'pod'), index)),
  pause: (instance) => {
    const id = first(owned(instance, 'proxy'), 0);
    docker('pause', id);
    return () => docker('unpause', id);
  },
};

/** The machine of the runtime that `CALB_SIM_TEST_RUNTIME` names. */
export const machine: Machine = process.env.CALB_SIM_TEST_RUNTIME === 'docker' ? containers : processes;

function signal(instance: Instance, word: string, name: NodeJS.Signals): void {
  for (const { pid, command } of instance.children()) {
    if (!command.includes(word)) continue;
    try {
      process.kill(pid, name);
    } catch {
      // It has ended in the meantime.
    }
  }
}

function owned(instance: Instance, role: string): readonly string[] {
  const filters = [`io.calb-sim.owner-pid=${instance.pid}`, `io.calb-sim.role=${role}`];
  const args = filters.flatMap((label) => ['--filter', `label=${label}`]);
  const { stdout } = spawnSync('docker', ['ps', '--quiet', ...args], { encoding: 'utf8' });
  return stdout.split('\n').filter((id) => id !== '');
}

function first(ids: readonly string[], index: number): string | undefined {
  return ids[index % Math.max(1, ids.length)];
}

/** What is gone already cannot be harmed: no reason to fail. */
function docker(command: string, id: string | undefined): void {
  if (id !== undefined) spawnSync('docker', [command, id]);
}
