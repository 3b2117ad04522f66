import { spawnSync } from 'node:child_process';
import { get } from './client.mjs';

/** Ids of the containers that belong to an instance. */
export function containersOf(instance) {
  const label = `label=io.calb-sim.owner-pid=${instance.child.pid}`;
  const { stdout } = spawnSync('docker', ['ps', '--all', '--quiet', '--filter', label], { encoding: 'utf8' });
  return stdout.split('\n').filter(Boolean);
}

/**
 * Longest time without a 200 that four clients in a loop see while `change` goes on, in milliseconds: from the first
 * request that failed to the first answer after it. 0: none failed.
 */
export async function outage(target, change) {
  let isOver = false;
  let longest = 0;
  let lostAt;
  const client = async () => {
    while (!isOver) {
      const began = performance.now();
      const answer = await get(target);
      const now = performance.now();
      if (answer?.status === 200) {
        if (lostAt !== undefined && began >= lostAt) {
          longest = Math.max(longest, now - lostAt);
          lostAt = undefined;
        }
      } else lostAt ??= began;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  };
  const clients = [client(), client(), client(), client()];
  try {
    await change();
    // What follows at once belongs to it.
    await new Promise((resolve) => setTimeout(resolve, 500));
  } finally {
    isOver = true;
    await Promise.all(clients);
  }
  return longest;
}
