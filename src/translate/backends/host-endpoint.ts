import { type Address, formatSocketAddress } from '../../model/address.ts';
import type { Endpoint } from '../../model/cluster.ts';
import { hostSocketName } from '../../model/host-socket.ts';

/** `localhost`, however it is written. */
function isLocalhost(address: string): boolean {
  return address.toLowerCase().replace(/\.$/, '') === 'localhost';
}

/**
 * A server of this machine, passed through. Where Envoy has a network of its own, it dials a unix socket that leads
 * there.
 *
 * @param folder of these sockets as Envoy sees it; `undefined`: it dials the server itself
 */
export function hostEndpoint(target: Address, folder: string | undefined): Endpoint {
  const declared = 'path' in target ? target.path : formatSocketAddress(target);
  if (folder !== undefined) {
    const hostTarget =
      'path' in target || !isLocalhost(target.address) ? target : { ...target, address: 'localhost' };
    const address = { path: `${folder}/${hostSocketName(hostTarget)}` };
    return { address, alternatives: [], declared, hostTarget };
  }
  if ('path' in target || !isLocalhost(target.address))
    return { address: target, alternatives: [], declared };
  const { port } = target;
  return { address: { address: '127.0.0.1', port }, alternatives: [{ address: '::1', port }], declared };
}
