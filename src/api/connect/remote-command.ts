import type { RawData, WebSocket } from 'ws';
import type { ProgramConnection, ProgramEnd, ProgramOutput } from '../../model/pod-programs.ts';

/** Protocols of exec and attach, the better one first: with version 5 a client can end the standard input. */
export const remoteCommandProtocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io'] as const;

/** The first byte of each message (k8s.io/apimachinery/pkg/util/remotecommand). */
const channels = { stdin: 0, stdout: 1, stderr: 2, status: 3, resize: 4, close: 255 } as const;

/** So much may wait for a client that is slow, bytes. */
const longestQueue = 1024 * 1024;

/**
 * Serves `pods/NAME/exec` and `attach` on a connection that was upgraded: messages to and from the program, and at last
 * how it ended, as a `Status`.
 *
 * @param start connects to the program; rejects with an error that says why that cannot be
 */
export async function serveRemoteCommand(
  socket: WebSocket,
  start: (onOutput: ProgramOutput) => Promise<ProgramConnection>,
): Promise<void> {
  const early: Buffer[] = [];
  let take = (message: Buffer): void => {
    early.push(message);
  };
  socket.on('message', (data) => take(toBuffer(data)));
  socket.on('error', () => undefined);
  const gone = new Promise<undefined>((resolve) => socket.once('close', () => resolve(undefined)));
  try {
    const program = await start((bytes, stream) => send(socket, channels[stream], bytes));
    take = (message) => deliver(message, program);
    for (const message of early) take(message);
    const end = await Promise.race([program.ended, gone]);
    program.close();
    if (end !== undefined) await send(socket, channels.status, Buffer.from(JSON.stringify(statusOf(end))));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const status = { metadata: {}, status: 'Failure', message, reason: 'InternalError', code: 500 };
    await send(socket, channels.status, Buffer.from(JSON.stringify(status)));
  }
  socket.close(1000);
}

function toBuffer(data: RawData): Buffer {
  if (Array.isArray(data)) return Buffer.concat(data);
  return Buffer.isBuffer(data) ? data : Buffer.from(data);
}

/** Resolves when there is room for more; what the client does not take any more is dropped. */
function send(socket: WebSocket, channel: number, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    if (socket.readyState !== socket.OPEN) return resolve();
    const message = Buffer.concat([Buffer.from([channel]), bytes]);
    socket.send(message, { binary: true }, () => resolve());
    if (socket.bufferedAmount < longestQueue) resolve();
  });
}

function deliver(message: Buffer, program: ProgramConnection): void {
  const bytes = message.subarray(1);
  switch (message[0]) {
    case channels.stdin:
      if (bytes.length > 0) program.write(bytes);
      return;
    case channels.resize: {
      const size = sizeOf(bytes);
      if (size !== undefined) program.resize(size);
      return;
    }
    case channels.close:
      if (bytes[0] === channels.stdin) program.endInput();
      return;
  }
}

/** `{"Width":80,"Height":24}` (client-go `TerminalSize`). */
function sizeOf(bytes: Buffer): { readonly width: number; readonly height: number } | undefined {
  try {
    const { Width: width, Height: height } = Object(JSON.parse(bytes.toString('utf8')));
    const isSize = [width, height].every((value) => Number.isInteger(value) && value > 0 && value < 65_536);
    return isSize ? { width, height } : undefined;
  } catch {
    return undefined;
  }
}

function statusOf({ exitCode = 0 }: ProgramEnd): object {
  if (exitCode === 0) return { metadata: {}, status: 'Success' };
  return {
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: exit status ${exitCode}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(exitCode) }] },
  };
}
