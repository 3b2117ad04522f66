import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ListenAddress } from '../runtime.ts';
import { controlPlaneFolder, insidePaths } from './proxies/proxy-folders.ts';

/**
 * Has the control plane listen on a unix socket that every tenant's Envoy sees by a mounted folder: no firewall is in the
 * way, and nothing listens on a network. Each Envoy proves by its token which tenant it is.
 *
 * @returns the socket as Envoys see it
 */
export async function controlPlanePath(
  runFolder: string,
  listen: (at: ListenAddress) => Promise<ListenAddress>,
): Promise<ListenAddress> {
  const folder = controlPlaneFolder(runFolder);
  mkdirSync(folder, { recursive: true });
  // Envoys are another user: they may pass, but see nothing else.
  chmodSync(folder, 0o711);
  await listen({ path: join(folder, 'cp.sock') });
  return { path: insidePaths.controlPlaneSocket };
}
