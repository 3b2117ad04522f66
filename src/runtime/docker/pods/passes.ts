import type { RunningContainer } from '../containers.ts';

/** Resolves when so much time has passed, or the container has ended. */
export function passes(ms: number, container: RunningContainer): Promise<unknown> {
  if (ms === 0) return Promise.resolve();
  return Promise.race([container.ended, new Promise((resolve) => setTimeout(resolve, ms))]);
}
