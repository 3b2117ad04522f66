import { createServer } from 'node:net';
import type { SocketAddress } from '../../model/address.ts';

/** What a trial bind found. `absent`: this machine has no such address. `other` carries the system's own words. */
export type TrialResult =
  | { readonly type: 'free' }
  | { readonly type: 'taken' }
  | { readonly type: 'forbidden' }
  | { readonly type: 'absent' }
  | { readonly type: 'other'; readonly reason: string };

/**
 * Tries to listen on a socket for a moment. Never use it on a socket that this instance holds itself: for that moment
 * a client's connection could reach the trial.
 */
export function trialBind({ address, port }: SocketAddress): Promise<TrialResult> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => resolve(toResult(error)));
    server.listen({ host: address, port, exclusive: true, ipv6Only: address.includes(':') }, () =>
      server.close(() => resolve({ type: 'free' })),
    );
  });
}

function toResult(error: NodeJS.ErrnoException): TrialResult {
  switch (error.code) {
    case 'EADDRINUSE':
      return { type: 'taken' };
    case 'EACCES':
    case 'EPERM':
      return { type: 'forbidden' };
    case 'EADDRNOTAVAIL':
    case 'EAFNOSUPPORT':
    case 'EINVAL':
      return { type: 'absent' };
    default:
      return { type: 'other', reason: error.message };
  }
}
