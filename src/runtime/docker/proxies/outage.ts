import { connect } from 'node:net';
import type { SocketAddress } from '../../../model/address.ts';
import type { Sandbox } from './sandbox.ts';

/** Between two tries, milliseconds. */
const pauseMs = 1;

/** Longer than any answer of a listener that is there. */
const patienceMs = 1000;

/**
 * Does something, and tells for how long a tenant's Envoy took no connections meanwhile, in milliseconds: the longest
 * time from a refused try on its first port to the next one that was taken. 0 where it has no port.
 */
export async function measureOutage(sandbox: Sandbox, work: () => Promise<void>): Promise<number> {
  const port = sandbox.network.bindings[0]?.bind[0]?.port;
  if (port === undefined) {
    await work();
    return 0;
  }
  const socket = { address: sandbox.container.address, port };
  const state = { isOver: false, longest: 0 };
  const watching = watch(socket, state);
  try {
    await work();
  } finally {
    state.isOver = true;
  }
  await watching;
  return Math.round(state.longest);
}

async function watch(socket: SocketAddress, state: { isOver: boolean; longest: number }): Promise<void> {
  let lostAt: number | undefined;
  while (!state.isOver) {
    const began = performance.now();
    const isTaken = await accepts(socket);
    if (!isTaken) lostAt ??= began;
    if (lostAt !== undefined) state.longest = Math.max(state.longest, performance.now() - lostAt);
    if (isTaken) lostAt = undefined;
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

function accepts({ address, port }: SocketAddress): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(patienceMs, () => settle(false));
    socket.once('connect', () => settle(true)).once('error', () => settle(false));
  });
}
