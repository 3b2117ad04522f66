import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type {
  ExecRequest,
  PodName,
  PodPrograms,
  ProgramConnection,
  ProgramOutput,
} from '../../../../src/model/pod-programs.ts';
import { object } from '../fake-state.ts';
import { type ConnectBench, pods, refusal, startConnectBench, webSocketHeaders } from './connect-bench.ts';

let bench: ConnectBench;
beforeEach(async () => {
  bench = await startConnectBench();
});
afterEach(() => bench.close());

function webSocket(path: string, protocols: string[]): WebSocket {
  const socket = new WebSocket(`ws+unix://${bench.socketPath}:${path}`, protocols, {
    perMessageDeflate: false,
  });
  return socket.on('error', () => undefined);
}

/** Programs that a test plays. */
class FakePrograms implements PodPrograms {
  readonly asked: unknown[] = [];
  readonly heard: string[] = [];
  tell: ProgramOutput = () => undefined;
  end: (exitCode?: number) => void = () => undefined;
  problem: string | undefined;

  exec(pod: PodName, request: ExecRequest, onOutput: ProgramOutput): Promise<ProgramConnection> {
    this.asked.push({ pod: pod.name, ...request });
    return this.attach(pod, onOutput);
  }

  async attach(_pod: PodName, onOutput: ProgramOutput): Promise<ProgramConnection> {
    if (this.problem !== undefined) throw new Error(this.problem);
    this.tell = onOutput;
    return {
      write: (bytes) => this.heard.push(Buffer.from(bytes).toString()),
      endInput: () => this.heard.push('(end)'),
      resize: ({ width, height }) => this.heard.push(`(${width}x${height})`),
      ended: new Promise((resolve) => {
        this.end = (exitCode) => resolve(exitCode === undefined ? {} : { exitCode });
      }),
      close: () => this.heard.push('(closed)'),
    };
  }
}

describe('exec and attach', () => {
  let programs: FakePrograms;
  beforeEach(() => {
    programs = new FakePrograms();
    bench.state.programs = programs;
  });

  /** Messages by channel, as they come. */
  function receive(socket: WebSocket): { channel: number | undefined; text: string }[] {
    const received: { channel: number | undefined; text: string }[] = [];
    socket.on('message', (data: Buffer) => {
      received.push({ channel: data[0], text: data.subarray(1).toString() });
    });
    return received;
  }

  test('take input and sizes, tell both outputs, and how the program ended', async () => {
    const query =
      'command=sh&command=-c&command=a b&container=main&stdin=true&stdout=true&stderr=true&tty=true';
    const socket = webSocket(`${pods}/web/exec?${encodeURI(query)}`, [
      'v5.channel.k8s.io',
      'v4.channel.k8s.io',
    ]);
    const received = receive(socket);
    await once(socket, 'open');
    expect(socket.protocol).toBe('v5.channel.k8s.io');
    socket.send(Buffer.from([4, ...Buffer.from('{"Width":80,"Height":24}')]));
    socket.send(Buffer.from([4, ...Buffer.from('no size')]));
    socket.send(Buffer.from([0, ...Buffer.from('typed')]));
    socket.send(Buffer.from([255, 0]));
    await expect.poll(() => programs.heard).toEqual(['(80x24)', 'typed', '(end)']);
    expect(programs.asked).toEqual([{ pod: 'web', command: ['sh', '-c', 'a b'], stdin: true, tty: true }]);
    await programs.tell(Buffer.from('out'), 'stdout');
    await programs.tell(Buffer.from('err'), 'stderr');
    programs.end(3);
    const [code] = await once(socket, 'close');
    expect(code).toBe(1000);
    const [out, err, last] = received;
    expect([out, err]).toEqual([
      { channel: 1, text: 'out' },
      { channel: 2, text: 'err' },
    ]);
    expect(last?.channel).toBe(3);
    expect(JSON.parse(last?.text ?? '')).toEqual({
      ...{ metadata: {}, status: 'Failure', reason: 'NonZeroExitCode' },
      message: 'command terminated with non-zero exit code: exit status 3',
      details: { causes: [{ reason: 'ExitCode', message: '3' }] },
    });
  });

  test('say so when all went well, and when nothing could be started', async () => {
    const attached = webSocket(`${pods}/web/attach?stdout=true`, ['v4.channel.k8s.io']);
    const good = receive(attached);
    await once(attached, 'open');
    await expect.poll(() => programs.end(0) ?? good.length).toBe(1);
    expect(JSON.parse(good[0]?.text ?? '')).toEqual({ metadata: {}, status: 'Success' });
    programs.problem = 'pod web has no container that runs';
    const failing = webSocket(`${pods}/web/exec?command=ls`, ['v5.channel.k8s.io']);
    const bad = receive(failing);
    await once(failing, 'close');
    expect(JSON.parse(bad[0]?.text ?? '')).toMatchObject({
      ...{ status: 'Failure', reason: 'InternalError', message: programs.problem },
    });
  });

  test('let go of the program when the client goes', async () => {
    const socket = webSocket(`${pods}/web/attach?stdin=true`, ['v5.channel.k8s.io']);
    await once(socket, 'open');
    socket.send(Buffer.from([0, 120]));
    await expect.poll(() => programs.heard).toEqual(['x']);
    socket.terminate();
    await expect.poll(() => programs.heard).toEqual(['x', '(closed)']);
  });

  test.each([
    ['a pod that is not there', 'nobody/exec?command=ls', 404, 'pods "nobody" not found'],
    [
      'another container',
      'web/exec?command=ls&container=other',
      400,
      'container other is not valid for pod web',
    ],
    ['no command', 'web/exec', 400, 'you must specify at least 1 command for the container'],
  ])('refuse %s', async (_what, path, status, message) => {
    const headers = { ...webSocketHeaders, 'Sec-WebSocket-Protocol': 'v5.channel.k8s.io' };
    expect(await refusal(bench.socketPath, `${pods}/${path}`, headers)).toMatchObject({
      ...{ status, body: { kind: 'Status', code: status, message } },
    });
  });

  test('are not there where pods are no containers, nor in pods that stand for Envoys', async () => {
    const headers = { ...webSocketHeaders, 'Sec-WebSocket-Protocol': 'v5.channel.k8s.io' };
    const envoy = object('Pod', 'v1', ['shop', 'envoy']);
    const labels = { 'gateway.envoyproxy.io/owning-gateway-name': 'web' };
    bench.state.objects.push({ ...envoy, metadata: { ...envoy.metadata, labels } });
    const first = await refusal(bench.socketPath, `${pods}/envoy/exec?command=ls`, headers);
    expect(first).toMatchObject({ status: 405, body: { reason: 'MethodNotAllowed' } });
    expect(first.body.message).toContain('pod envoy stands for an Envoy');
    bench.state.programs = undefined;
    const second = await refusal(bench.socketPath, `${pods}/web/exec?command=ls`, headers);
    expect(second.body.message).toBe(
      'calb-sim does not support exec here: pod web is no container (calb-sim up --runtime docker makes one of it); kubectl logs shows what it writes',
    );
  });

  test('say what they speak to clients that speak something else', async () => {
    const spdy = await refusal(
      bench.socketPath,
      `${pods}/web/exec?command=ls`,
      { Upgrade: 'SPDY/3.1' },
      'POST',
    );
    expect(spdy).toMatchObject({ status: 400, body: { reason: 'BadRequest' } });
    expect(spdy.body.message).toContain('calb-sim speaks WebSocket for exec');
  });
});
