import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { Listeners } from '../listeners.ts';
import type { SampleAppOptions } from '../sample-app.ts';
import { identityOf } from './identity.ts';
import { portOf } from './ports.ts';

/** Bytes of a datagram that are echoed; the rest is cut off, as in echo-basic. */
const maxRequestBytes = 1024;

/** echo-basic's UDP mode: every datagram is answered with JSON that holds its text and the pod's identity. */
export async function startUdpMode(options: SampleAppOptions, listeners: Listeners): Promise<void> {
  const { address, env, log } = options;
  const identity = identityOf(env);
  const ports = new Set([portOf(env, 'UDP_PORT', 8080), ...options.ports]);
  await Promise.all(
    [...ports].map((port) => {
      const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
      listeners.add({ close: (done) => socket.close(done) }, port);
      socket.on('message', (message, remote) => {
        const request = message.subarray(0, maxRequestBytes).toString('utf8');
        log(`Received UDP ${request} from ${remote.address}:${remote.port}`);
        socket.send(JSON.stringify({ request, ...identity }), remote.port, remote.address, () => undefined);
      });
      return new Promise<void>((resolve, reject) => {
        socket.once('error', reject);
        socket.bind(port, address, () => {
          socket.off('error', reject);
          socket.on('error', () => undefined);
          log(`UDP server listening on :${port}`);
          resolve();
        });
      });
    }),
  );
}
