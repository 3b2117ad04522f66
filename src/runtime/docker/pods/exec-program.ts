import type { Duplex } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import type Dockerode from 'dockerode';
import type {
  ExecRequest,
  ProgramConnection,
  ProgramEnd,
  ProgramOutput,
} from '../../../model/pod-programs.ts';
import { engineMessage } from '../engine/engine-errors.ts';

/** How long the engine may take to know how a program ended, milliseconds. */
const endPatienceMs = 2000;

/**
 * Starts a program in a container that runs.
 *
 * @throws when the engine cannot; the message says why
 */
export async function execProgram(
  container: Dockerode.Container,
  { command, stdin, tty }: ExecRequest,
  onOutput: ProgramOutput,
): Promise<ProgramConnection> {
  try {
    const exec = await container.exec({
      ...{ Cmd: [...command], Tty: tty },
      ...{ AttachStdin: stdin, AttachStdout: true, AttachStderr: true },
    });
    const stream = await exec.start({ hijack: true, stdin: true, Tty: tty });
    stream.on('error', () => undefined);
    if (!stdin) stream.end();
    const told = tty ? tellAll(stream, onOutput) : tellFrames(stream, onOutput);
    return {
      write: (bytes) => void (stream.writable && stream.write(bytes)),
      endInput: () => void stream.end(),
      resize: ({ width, height }) => void exec.resize({ w: width, h: height }).catch(() => undefined),
      ended: told.catch(() => undefined).then(() => endOf(exec)),
      close: () => stream.destroy(),
    };
  } catch (error) {
    throw new Error(engineMessage(error));
  }
}

async function endOf(exec: Dockerode.Exec): Promise<ProgramEnd> {
  for (let waitedMs = 0; waitedMs < endPatienceMs; waitedMs += 20) {
    const { Running, ExitCode } = await exec.inspect();
    if (!Running) return ExitCode === null ? {} : { exitCode: ExitCode };
    await setTimeout(20);
  }
  return {};
}

async function tellAll(stream: Duplex, onOutput: ProgramOutput): Promise<void> {
  for await (const bytes of stream as AsyncIterable<Buffer>) await onOutput(bytes, 'stdout');
}

/** Without a terminal each piece comes with which stream it is of, and its length (`POST /containers/ID/attach`). */
async function tellFrames(stream: Duplex, onOutput: ProgramOutput): Promise<void> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= 8) {
      const end = 8 + rest.readUInt32BE(4);
      if (rest.length < end) break;
      await onOutput(rest.subarray(8, end), rest[0] === 2 ? 'stderr' : 'stdout');
      rest = rest.subarray(end);
    }
  }
}
