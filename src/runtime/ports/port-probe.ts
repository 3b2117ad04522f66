import type { SocketAddress } from '../../model/address.ts';
import { describeHolder, findPortHolder, isWildcard } from './port-holder.ts';
import { type TrialResult, trialBind } from './trial-bind.ts';

/** Who has a socket that somebody wants. */
export interface SocketHolder {
  /** Who it is, in words. */
  readonly reason: string;
  /** Whether the same port may be free on another address. */
  readonly canMove: boolean;
}

/** Finds out whether sockets can be had, and who has those that cannot. */
export interface PortProbe {
  /** Never asked for a socket that was given out: somebody listens there, or is about to. */
  try(socket: SocketAddress, gateway: string): Promise<TrialResult>;
  /** Asked right after a try that found the socket taken. */
  holderOf(socket: SocketAddress): SocketHolder;
}

/** For whoever listens on sockets of this machine with the rights of this process. */
export const machineProbe: PortProbe = {
  try: (socket) => trialBind(socket),
  holderOf: (socket) => {
    const holder = findPortHolder(socket);
    return {
      reason: describeHolder(socket, holder),
      // Who listens on all addresses has the port on the next one as well.
      canMove: holder === undefined || !isWildcard(holder),
    };
  },
};
