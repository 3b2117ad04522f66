import type { RunningContainer } from './containers.ts';

/** Resolves when so much time has passed, or the container has ended. */
export async function passes(ms: number, { ended }: RunningContainer): Promise<void> {
  if (ms === 0) return;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([ended, late]);
  clearTimeout(timer);
}
