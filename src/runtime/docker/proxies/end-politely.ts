import { passes } from '../passes.ts';
import type { EnvoyContainer } from './envoy-container.ts';

/** How long Envoy may take to end after SIGTERM, milliseconds. */
const stopPatienceMs = 2000;

/** Lets an Envoy end by itself; returns when it has, or takes too long. */
export async function endPolitely({ container }: EnvoyContainer): Promise<void> {
  await container.kill('SIGTERM');
  await passes(stopPatienceMs, container);
}
