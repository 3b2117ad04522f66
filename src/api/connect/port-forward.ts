import { connect } from 'node:net';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { SocketAddress } from '../../model/address.ts';
import { serveSpdy } from './spdy/serve-spdy.ts';
import type { SpdyStream } from './spdy/spdy-stream.ts';

/** The protocol of port-forward connections. */
export const portForwardProtocol = 'portforward.k8s.io';

/** How long a pod may take to answer, milliseconds. */
const patienceMs = 10_000;

/** What connections into a pod are made of. */
export interface PortForward {
  /** `namespace/name`. */
  readonly pod: string;
  /** Where a port of the pod is; `undefined` where it has none now. */
  socketOf(port: number): SocketAddress | undefined;
}

/**
 * Serves `pods/NAME/portforward`: each connection to a port is a pair of streams with the same `requestID`, one for its
 * bytes, one for what goes wrong. Resolves when the client has gone.
 */
export function forwardPorts(connection: Duplex, target: PortForward): Promise<void> {
  const waiting = new Map<string, SpdyStream>();
  return serveSpdy(connection, (stream) => {
    const id = stream.headers.get('requestid') ?? '';
    const other = waiting.get(id);
    if (other === undefined) {
      waiting.set(id, stream);
      stream.once('close', () => {
        if (waiting.get(id) === stream) waiting.delete(id);
      });
      return;
    }
    waiting.delete(id);
    const isError = stream.headers.get('streamtype') === 'error';
    const [errors, data] = isError ? [stream, other] : [other, stream];
    void forward(errors, data, target);
  });
}

async function forward(errors: SpdyStream, data: SpdyStream, target: PortForward): Promise<void> {
  // Nobody writes there; what is not read would never end.
  errors.resume();
  const port = Number(data.headers.get('port'));
  const reason = await connectStreams(data, target.socketOf(port));
  if (reason === undefined) errors.end();
  else errors.end(`error forwarding port ${port} to pod ${target.pod}: ${reason}`);
}

/** Passes bytes both ways until both ends have ended; answers why nothing was passed. */
async function connectStreams(
  data: SpdyStream,
  socket: SocketAddress | undefined,
): Promise<string | undefined> {
  if (socket === undefined) {
    data.destroy();
    return 'nothing listens there';
  }
  const upstream = connect({ host: socket.address, port: socket.port, allowHalfOpen: true });
  const failure = await new Promise<string | undefined>((resolve) => {
    upstream.setTimeout(patienceMs, () => upstream.destroy(new Error('no answer')));
    upstream.once('connect', () => resolve(undefined)).once('error', (error) => resolve(error.message));
    data.once('close', () => resolve('the client has gone'));
  });
  if (failure !== undefined) {
    upstream.destroy();
    data.destroy();
    return failure;
  }
  upstream.setTimeout(0);
  await Promise.allSettled([pipeline(data, upstream), pipeline(upstream, data)]);
  return undefined;
}
