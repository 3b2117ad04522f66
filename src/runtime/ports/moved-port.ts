import type { SocketAddress } from '../../model/address.ts';
import { trialBind } from './trial-bind.ts';

/** Distance by which a port moves that needs a missing privilege. */
export const movedPortOffset = 10_000;

/** Where the search begins for ports that the offset would carry past the last one. */
const fallbackStart = 20_000;

/**
 * The port to bind for a declared one: the same, or, where it needs a privilege that this user lacks, the one 10,000
 * higher, or the next free one after that. On an address that others use too (`isShared`) a port that is taken moves
 * in the same way.
 */
export async function movedPort({ address, port }: SocketAddress, isShared: boolean): Promise<number> {
  // No system asks for a privilege above this; there the real bind can tell.
  if (port >= 1024 && !isShared) return port;
  const { type } = await trialBind({ address, port });
  if (type !== 'forbidden' && (type !== 'taken' || !isShared)) return port;
  for (const candidate of portsInstead(port)) {
    if ((await trialBind({ address, port: candidate })).type === 'free') return candidate;
  }
  return port;
}

/** Ports to try, in order, for one that cannot be bound as declared. */
export function* portsInstead(port: number): Generator<number> {
  const first = port + movedPortOffset <= 65_535 ? port + movedPortOffset : fallbackStart;
  for (let candidate = first; candidate < first + 200 && candidate <= 65_535; candidate += 1) yield candidate;
}
