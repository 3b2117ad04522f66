import net from 'node:net';
import tls from 'node:tls';

/** A listener to be asked whether it serves. */
export interface ProbeTarget {
  readonly address: string;
  readonly port: number;
  readonly tls: boolean;
}

/**
 * Asks a listener until it answers: any HTTP answer, or a completed TLS handshake. The question is one that Envoy
 * answers itself (HTTP/1.0 without a host), so no backend sees it.
 *
 * Resolves to `true` when it answered, `false` when `signal` was aborted first.
 */
export async function probeListener(target: ProbeTarget, signal: AbortSignal): Promise<boolean> {
  for (let delayMs = 2; !signal.aborted; delayMs = Math.min(delayMs * 1.5, 50)) {
    if (await (target.tls ? handshake(target) : anyAnswer(target))) return true;
    await new Promise((resolve) => setTimeout(resolve, delayMs));
  }
  return false;
}

const patienceMs = 1000;

function anyAnswer({ address, port }: ProbeTarget): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = net.connect({ host: address, port });
    const end = (answered: boolean): void => {
      socket.destroy();
      resolve(answered);
    };
    socket.setTimeout(patienceMs, () => end(false));
    socket.once('connect', () => socket.write('GET / HTTP/1.0\r\n\r\n'));
    socket.once('data', (data) => end(data.toString('latin1').startsWith('HTTP/')));
    socket.once('error', () => end(false));
    socket.once('close', () => end(false));
  });
}

function handshake({ address, port }: ProbeTarget): Promise<boolean> {
  return new Promise((resolve) => {
    // Whatever certificate the person declared is fine: the question is only whether the listener serves.
    const socket = tls.connect({ host: address, port, rejectUnauthorized: false });
    const end = (answered: boolean): void => {
      socket.destroy();
      resolve(answered);
    };
    socket.setTimeout(patienceMs, () => end(false));
    socket.once('secureConnect', () => end(true));
    socket.once('error', (error: NodeJS.ErrnoException) =>
      // A listener that knows only named hosts resets a handshake without SNI after reading it: it serves.
      end(error.code === 'ECONNRESET'),
    );
    socket.once('close', () => end(false));
  });
}
