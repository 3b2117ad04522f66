import type { ChildProcess } from 'node:child_process';
import { Socket } from 'node:net';
import type { OpenHost } from './host-protocol.ts';

/** Where `bin/early-pod-host.js` leaves what it started. */
const key = Symbol.for('calb-sim.earlyPodHost');

interface EarlyHost {
  readonly script: string;
  readonly child: ChildProcess;
}

/**
 * The pod host that was started before this code was loaded, told which instance it is for. Once; `undefined` when there
 * is none, it runs another program than `script`, or it has ended already.
 */
export function takeEarlyHost(script: string, runFolder: string): ChildProcess | undefined {
  const holder = globalThis as { [key]?: EarlyHost };
  const early = holder[key];
  delete holder[key];
  if (early === undefined) return undefined;
  const { child } = early;
  const isAlive = child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  if (early.script !== script || !isAlive || !child.connected) {
    child.kill('SIGKILL');
    return undefined;
  }
  child.ref();
  child.channel?.ref();
  if (child.stderr instanceof Socket) child.stderr.ref();
  const open: OpenHost = { type: 'open', runFolder };
  child.send(open, () => {});
  return child;
}
