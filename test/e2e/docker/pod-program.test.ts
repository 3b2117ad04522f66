import { connect } from 'node:net';
import Dockerode from 'dockerode';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { ImageRef } from '../../../src/runtime/docker/images/image-ref.ts';
import { ensureNodeImage } from '../../../src/runtime/docker/images/own-images.ts';
import { type PodRole, podCommand } from '../../../src/runtime/docker/pod-program/pod-command.ts';
import { skipWithoutEnvoy } from '../../fixtures/envoy.ts';
import { eventually } from '../support/eventually.ts';
import { MarkedImages } from '../support/marked-images.ts';
import type { TestContainer } from '../support/run-container.ts';
import { describeWithDockerAnd } from '../support/with-docker.ts';

const docker = new Dockerode();
let own: MarkedImages;
let node: ImageRef;
let network: string;

const startRole = (role: PodRole, given: Dockerode.ContainerCreateOptions = {}): Promise<TestContainer> =>
  own.start(node, { ...podCommand(role), ...given });

const reason = skipWithoutEnvoy ? 'there is no Envoy' : undefined;
describeWithDockerAnd('Tests of the program of containers', reason)('the program of containers', () => {
  beforeAll(async () => {
    own = new MarkedImages(docker);
    node = own.keep(await ensureNodeImage(await own.options()));
    network = `calb-sim-${own.mark}`;
    await docker.createNetwork({ Name: network, Labels: { 'io.calb-sim.test': 'images' } });
  });
  afterEach(() => own.removeContainers());
  afterAll(async () => {
    await own.removeContainers();
    await docker.getNetwork(network).remove();
    await own.remove();
  });

  it('a guard ends with its input', async () => {
    const guard = await startRole({ type: 'guard' }, { OpenStdin: true, User: '65531:65531' });
    expect(await guard.isRunning()).toBe(true);
    guard.endInput();
    expect(await guard.exitCode()).toBe(0);
    // Node 20 says that it runs without a compiler.
    expect(guard.output.replace(/^Warning: disabling flag --expose_wasm.*\s*/, '')).toBe('');
  });

  it('a guard that nobody is attached to ends at once', async () => {
    const guard = await startRole({ type: 'guard' });
    expect(await guard.exitCode()).toBe(0);
  });

  it('a sandbox without an input stays until it is told to end', async () => {
    const sandbox = await startRole({ type: 'sandbox' });
    // By then it has started whole: a process that has no handler yet ignores the signal.
    await eventually('it ends', async () => {
      if (await sandbox.isRunning()) await sandbox.kill('SIGTERM');
      return !(await sandbox.isRunning());
    });
    expect(await sandbox.exitCode()).toBe(0);
  });

  it('an app serves its ports, knows its address, and ends when it is told to', async () => {
    const container = await startRole(
      { type: 'app', app: 'echo' },
      {
        Env: ['PORTS=8080,9090', 'POD_NAME=at $(status.podIP)'],
        HostConfig: { NetworkMode: network },
      },
    );
    expect(await container.line('"ready"')).toBe('{"ready":true,"ports":[3000,3001,8080,9090]}');
    const address = await container.address(network);
    const answer = await fetch(`http://${address}:9090/x`);
    expect(await answer.json()).toMatchObject({ path: '/x', pod: `at ${address}` });
    await container.kill('SIGTERM');
    expect(await container.exitCode()).toBe(0);
  });

  it('an app that cannot serve says why', async () => {
    const container = await startRole({ type: 'app', app: 'echo' }, { Env: ['HTTP_PORT=none'] });
    expect(await container.exitCode()).toBe(1);
    expect(container.output).toContain('HTTP_PORT is "none", which is no port');
  });

  it('a Service hands each connection to the next pod, and refuses without one', async () => {
    const pods = await Promise.all(
      ['a', 'b'].map((name) =>
        startRole(
          { type: 'app', app: 'echo' },
          { Env: [`POD_NAME=${name}`], HostConfig: { NetworkMode: network } },
        ),
      ),
    );
    const service = await startRole(
      { type: 'service' },
      { OpenStdin: true, HostConfig: { NetworkMode: network } },
    );
    await Promise.all(pods.map((pod) => pod.line('"ready"')));
    const targets = await Promise.all(
      pods.map(async (pod) => ({ address: await pod.address(network), port: 3000 })),
    );
    const address = await service.address(network);
    const order = (ports: readonly object[]) => service.write(`${JSON.stringify({ ports })}\n`);
    order([{ port: 80, targets }]);
    await service.line('{"applied":1}');
    const answers = await Promise.all([1, 2, 3, 4].map(() => askPod(address)));
    expect(answers.sort()).toEqual(['a', 'a', 'b', 'b']);
    order([{ port: 80, targets: [] }]);
    await service.line('{"applied":2}');
    expect(await connectTo(address, 80)).toBe('ECONNREFUSED');
    order([{ port: 81, targets: targets.slice(0, 1) }]);
    await service.line('{"applied":3}');
    expect(await connectTo(address, 81)).toBe('connected');
    expect(await connectTo(address, 80)).toBe('ECONNREFUSED');
    service.endInput();
    expect(await service.exitCode()).toBe(0);
  });
});

/** The name of the pod that answers a request on a connection of its own. */
async function askPod(address: string): Promise<string> {
  const answer = await fetch(`http://${address}/`, { headers: { connection: 'close' } });
  return ((await answer.json()) as { readonly pod: string }).pod;
}

function connectTo(address: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    socket.once('connect', () => {
      socket.destroy();
      resolve('connected');
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}
