import { BehaviourSwitch } from '../behaviour.ts';
import { Listeners } from '../listeners.ts';
import type { SampleApp, SampleAppOptions } from '../sample-app.ts';
import { startHttpMode } from './http-mode.ts';

/**
 * A stand-in for the Gateway API project's `echo-basic`: the environment decides what it is, as there. Serves HTTP
 * unless `GRPC_ECHO_SERVER`, `TCP_ECHO_SERVER` or `UDP_ECHO_SERVER` is set.
 *
 * Resolves when all ports accept connections.
 *
 * @throws when a port cannot be bound or the environment names what is not there; nothing is left open then
 */
export async function startEcho(options: SampleAppOptions): Promise<SampleApp> {
  const listeners = new Listeners(options.address);
  const behaviour = new BehaviourSwitch();
  try {
    await startMode(options, listeners, behaviour);
  } catch (error) {
    await listeners.close();
    throw error;
  }
  return {
    get ready() {
      return !listeners.isClosed;
    },
    get ports() {
      return listeners.ports;
    },
    behave: (wanted) => behaviour.set(wanted),
    close: () => listeners.close(),
  };
}

/** Modes that few pods use are loaded when one does. */
async function startMode(
  options: SampleAppOptions,
  listeners: Listeners,
  behaviour: BehaviourSwitch,
): Promise<void> {
  const { env } = options;
  if (env.GRPC_ECHO_SERVER) return (await import('./grpc-mode.ts')).startGrpcMode(options, listeners);
  if (env.TCP_ECHO_SERVER) return (await import('./tcp-mode.ts')).startTcpMode(options, listeners);
  if (env.UDP_ECHO_SERVER) return (await import('./udp-mode.ts')).startUdpMode(options, listeners);
  return startHttpMode(options, listeners, behaviour);
}
