import type { EnvoyContainer } from './envoy-container.ts';
import { leaveListeners, untilReady } from './envoy-ready.ts';
import { measureOutage } from './outage.ts';
import type { Sandbox } from './sandbox.ts';

/**
 * Lets another Envoy take over in the same network: both listen on the same ports, the new one is ready before the old
 * one closes its listeners.
 *
 * @returns for how long nobody took connections, in milliseconds; `undefined` when the new one did not get ready: then
 * the old one stays
 */
export async function takeOver(
  old: EnvoyContainer,
  next: EnvoyContainer,
  sandbox: Sandbox,
): Promise<number | undefined> {
  if (!(await untilReady(next.adminSocket, next.container.ended))) {
    await next.container.remove();
    return undefined;
  }
  const end = async () => {
    await leaveListeners(old.adminSocket);
    await old.container.remove();
  };
  return measureOutage(sandbox, end);
}
