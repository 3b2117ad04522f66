import type { SocketAddress } from '../../../model/address.ts';

/** What the engine says when a port that it shall publish is another container's, or another program's. */
const patterns = [
  /Bind for (\S+):(\d+) failed: port is already allocated/,
  /listen tcp[46]? (\S+):(\d+): bind: /,
  /failed to bind host port for (\S+?):(\d+):/,
];

/** The socket of this machine that could not be published, where that is what went wrong. */
export function lostPort(message: string): SocketAddress | undefined {
  for (const pattern of patterns) {
    const [, address, port] = pattern.exec(message) ?? [];
    if (address === undefined) continue;
    return { address: address.replace(/^\[|\]$/g, ''), port: Number(port) };
  }
  return undefined;
}
