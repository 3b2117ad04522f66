import { request } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { request as secureRequest } from 'node:https';
import { connect } from 'node:net';
import type Dockerode from 'dockerode';
import type { PodProbe } from '../../pod-image.ts';

export interface ProbeTarget {
  readonly docker: Dockerode;
  /** Id of the container. */
  readonly container: string;
  readonly address: string;
}

/** Carries out a probe's check once, as a kubelet does; says whether it succeeded in time. */
export async function probeCheck({ check, timeoutMs }: PodProbe, target: ProbeTarget): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const stopping = new AbortController();
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => {
      stopping.abort();
      resolve(false);
    }, timeoutMs);
  });
  try {
    return await Promise.race([carryOut(check, target, stopping.signal).catch(() => false), late]);
  } finally {
    clearTimeout(timer);
  }
}

function carryOut(check: PodProbe['check'], target: ProbeTarget, signal: AbortSignal): Promise<boolean> {
  switch (check.type) {
    case 'http':
      return checkHttp(check, target, signal);
    case 'tcp':
      return checkTcp(check.port, target, signal);
    case 'grpc':
      return checkGrpc(check, target, signal);
    case 'exec':
      return checkExec(check.command, target);
  }
}

type Check<T extends PodProbe['check']['type']> = Extract<PodProbe['check'], { type: T }>;

/** Any status from 200 to 399; certificates are not looked at. */
function checkHttp(
  { scheme, path, port, headers }: Check<'http'>,
  { address }: ProbeTarget,
  signal: AbortSignal,
): Promise<boolean> {
  const options = { host: address, port, path, headers, signal, agent: false as const };
  return new Promise((resolve) => {
    const onAnswer = ({ statusCode = 0, resume }: { statusCode?: number; resume(): unknown }) => {
      resume();
      resolve(statusCode >= 200 && statusCode < 400);
    };
    const asking =
      scheme === 'HTTPS'
        ? secureRequest({ ...options, rejectUnauthorized: false }, (answer) => onAnswer(withResume(answer)))
        : request(options, (answer) => onAnswer(withResume(answer)));
    asking.once('error', () => resolve(false)).end();
  });
}

function withResume(answer: { readonly statusCode?: number | undefined; resume(): unknown }) {
  return { statusCode: answer.statusCode ?? 0, resume: () => answer.resume() };
}

function checkTcp(port: number, { address }: ProbeTarget, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    signal.addEventListener('abort', () => settle(false), { once: true });
    socket.once('connect', () => settle(true)).once('error', () => settle(false));
  });
}

/** `grpc.health.v1.Health/Check`: the answer's status is SERVING (1). */
function checkGrpc(
  { port, service }: Check<'grpc'>,
  { address }: ProbeTarget,
  signal: AbortSignal,
): Promise<boolean> {
  return new Promise((resolve) => {
    const session = connectHttp2(`http://${address}:${port}`);
    const settle = (answer: boolean) => {
      session.destroy();
      resolve(answer);
    };
    signal.addEventListener('abort', () => settle(false), { once: true });
    session.once('error', () => settle(false));
    const stream = session.request({
      ':method': 'POST',
      ':path': '/grpc.health.v1.Health/Check',
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk)).once('error', () => settle(false));
    // A frame's head of 5 bytes, then field 1 (status) with the value 1.
    stream.once('end', () =>
      settle(
        Buffer.concat(chunks)
          .subarray(5)
          .equals(Buffer.from([8, 1])),
      ),
    );
    stream.end(healthRequest(service));
  });
}

/** `HealthCheckRequest { service = 1 }` in a gRPC frame. */
function healthRequest(service: string): Buffer {
  const name = Buffer.from(service);
  const message = name.length === 0 ? name : Buffer.concat([Buffer.from([10, name.length]), name]);
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/** Exit code 0 of a command inside. */
async function checkExec(command: readonly string[], { docker, container }: ProbeTarget): Promise<boolean> {
  const exec = await docker.getContainer(container).exec({ Cmd: [...command], AttachStdout: true });
  const output = await exec.start({ hijack: true });
  output.resume();
  await new Promise((resolve) => output.once('end', resolve).once('error', resolve).once('close', resolve));
  const { ExitCode } = await exec.inspect();
  return ExitCode === 0;
}
