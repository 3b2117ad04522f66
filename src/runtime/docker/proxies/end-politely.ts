import type { EnvoyContainer } from './envoy-container.ts';

/** How long Envoy may take to end after SIGTERM, milliseconds. */
const stopPatienceMs = 2000;

/** Lets an Envoy end by itself; returns when it has, or takes too long. */
export async function endPolitely({ container }: EnvoyContainer): Promise<void> {
  await container.kill('SIGTERM');
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, stopPatienceMs);
  });
  await Promise.race([container.ended, late]);
  clearTimeout(timer);
}
