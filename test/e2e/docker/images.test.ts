import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Dockerode from 'dockerode';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { readEnvoyVersion } from '../../../src/runtime/docker/images/envoy-image-version.ts';
import { envoyPath, nodePath } from '../../../src/runtime/docker/images/image-paths.ts';
import type { ImageRef } from '../../../src/runtime/docker/images/image-ref.ts';
import { markUsed, removeOldImages } from '../../../src/runtime/docker/images/old-images.ts';
import {
  ensureEnvoyImage,
  ensureNodeImage,
  ensureOwnImages,
} from '../../../src/runtime/docker/images/own-images.ts';
import { type PodRole, podCommand } from '../../../src/runtime/docker/pod-program/pod-command.ts';
import { requiredEnvoyBinary, skipWithoutEnvoy, temporaryFolder } from '../../fixtures/envoy.ts';
import { eventually } from '../support/eventually.ts';
import { TestContainer } from '../support/run-container.ts';
import { loadTestImage, removeImages } from '../support/test-image.ts';
import { describeWithDockerAnd } from '../support/with-docker.ts';

const docker = new Dockerode();
const folder = temporaryFolder();
const env = { XDG_CACHE_HOME: folder.path };
const podProgram = join(folder.path, 'pod.cjs');
const bundledProgram = fileURLToPath(new URL('../../../dist/docker/pod.cjs', import.meta.url));
/** Makes images that nobody else has. */
const mark = `test-${process.pid}-${Date.now()}`;
const network = `calb-sim-${mark}`;

const containers: TestContainer[] = [];
const tags = new Set<string>();
let architecture: string;
let images: { readonly envoy: ImageRef; readonly node: ImageRef };

/** The program, with something in it that makes another image of it. */
function writeProgram(comment: string): void {
  writeFileSync(podProgram, `${readFileSync(bundledProgram, 'utf8')}\n// ${mark} ${comment}\n`);
}

function options(onNote: (text: string) => void = () => {}) {
  const { path } = requiredEnvoyBinary();
  return { docker, architecture, env, podProgram, envoy: { path, version: mark }, onNote };
}

async function start(image: ImageRef, given: Dockerode.ContainerCreateOptions): Promise<TestContainer> {
  const container = await TestContainer.start(docker, { Image: image.reference, ...given });
  containers.push(container);
  return container;
}

const startRole = (role: PodRole, given: Dockerode.ContainerCreateOptions = {}) =>
  start(images.node, { ...podCommand(role), ...given });

/** Bytes of each archive that is sent to the engine. The engine refuses the first `refused` ones. */
function watchLoads(refused = 0): readonly number[] {
  const archives: number[] = [];
  const load = docker.loadImage.bind(docker) as (file: NodeJS.ReadableStream, options: object) => unknown;
  vi.spyOn(docker, 'loadImage').mockImplementation((async (file: NodeJS.ReadableStream, given: object) => {
    const index = archives.push(0) - 1;
    if (index < refused) throw new Error('invalid archive: layer not found');
    file.on('data', (chunk: Buffer) => {
      archives[index] = (archives[index] ?? 0) + chunk.length;
    });
    return load(file, given);
  }) as typeof docker.loadImage);
  return archives;
}

const reason = skipWithoutEnvoy ? 'there is no Envoy' : undefined;
describeWithDockerAnd('Tests of our own images', reason)('our own images', () => {
  beforeAll(async () => {
    architecture = (await docker.info()).Architecture;
    writeProgram('first');
    const notes: string[] = [];
    images = await ensureOwnImages(options((text) => notes.push(text)));
    for (const { reference } of Object.values(images)) tags.add(reference);
    expect(notes.sort()).toEqual([
      'assembling the image of Envoy, once',
      'assembling the image of Node, once',
    ]);
    await docker.createNetwork({ Name: network, Labels: { 'io.calb-sim.test': 'images' } });
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await Promise.all(containers.splice(0).map((container) => container.remove()));
  });
  afterAll(async () => {
    await docker.getNetwork(network).remove();
    await removeImages(docker, [...tags]);
    folder.remove();
  });

  it('are named after their contents, and say what they are', async () => {
    expect(images.envoy.reference).toMatch(new RegExp(`^calb-sim/envoy:${mark}-[0-9a-f]{12}$`));
    expect(images.node.reference).toMatch(/^calb-sim\/node:[0-9a-f]{12}$/);
    expect(images.envoy.origin).toBe('assembled');
    const { Config, Id } = await docker.getImage(images.envoy.reference).inspect();
    expect(Id).toBe(images.envoy.id);
    expect(Config.Labels).toMatchObject({
      'io.calb-sim.image': 'envoy',
      'org.opencontainers.image.version': mark,
    });
  });

  it('are made once: a second time nothing is sent', async () => {
    const sent = watchLoads();
    const again = await ensureOwnImages(options(() => expect.unreachable('nothing takes a moment')));
    expect(again).toEqual({
      envoy: { ...images.envoy, origin: 'present' },
      node: { ...images.node, origin: 'present' },
    });
    expect(sent).toEqual([]);
  });

  it('a changed program is sent alone: the engine has the layers below', async () => {
    writeProgram('second');
    const sent = watchLoads();
    const next = await ensureNodeImage(options());
    tags.add(next.reference);
    expect(next.origin).toBe('assembled');
    expect(next.reference).not.toBe(images.node.reference);
    const most = statSync(podProgram).size + 20_000;
    expect(sent).toEqual([expect.toSatisfy((bytes: number) => bytes < most)]);
    const container = await start(next, podCommand({ type: 'app', app: 'echo' }));
    expect(await container.line('"ready"')).toBe('{"ready":true,"ports":[3000,3001]}');
  });

  it('are sent whole to an engine that wants all layers', async () => {
    writeProgram('third');
    const sent = watchLoads(1);
    const next = await ensureNodeImage(options());
    tags.add(next.reference);
    expect(sent).toEqual([0, expect.toSatisfy((bytes: number) => bytes > statSync(process.execPath).size)]);
    expect((await docker.getImage(next.reference).inspect()).Id).toBe(next.id);
  });

  it('tell the version of their Envoy', async () => {
    const read = (image: ImageRef) =>
      readEnvoyVersion({ docker, image: image.reference, labels: { 'io.calb-sim.test': 'images' } });
    expect(await read(images.envoy)).toBe(requiredEnvoyBinary().version);
    await expect(read(images.node)).rejects.toMatchObject({
      name: 'ImageUnavailable',
      message: expect.stringContaining(`${images.node.reference} has no Envoy that runs`),
    });
  });

  it('Envoy runs without any right', async () => {
    const container = await start(images.envoy, { Entrypoint: [envoyPath], Cmd: ['--version'] });
    expect(await container.exitCode()).toBe(0);
    expect(container.output).toContain(`/${requiredEnvoyBinary().version}/`);
  });

  it('Node runs without any right, as a user that has a name, and finds localhost without a name server', async () => {
    const script = `const { lookup } = require('node:dns');
      lookup('localhost', { family: 4 }, (error, address) => console.log(require('node:os').userInfo().username, address))`;
    const container = await start(images.node, { Entrypoint: [nodePath], Cmd: ['-e', script] });
    expect(await container.exitCode()).toBe(0);
    expect(container.output.trim()).toBe('envoy 127.0.0.1');
  });

  it('a guard ends with its input', async () => {
    const guard = await startRole({ type: 'guard' }, { OpenStdin: true, User: '65531:65531' });
    expect(await guard.isRunning()).toBe(true);
    guard.endInput();
    expect(await guard.exitCode()).toBe(0);
    expect(guard.output).toBe('');
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
        Env: ['PORTS=8080,9090', 'POD_NAME=pod-1', 'POD_IP=$(status.podIP)'],
        HostConfig: { NetworkMode: network },
      },
    );
    expect(await container.line('"ready"')).toBe('{"ready":true,"ports":[3000,3001,8080,9090]}');
    const address = await container.address(network);
    const answer = await fetch(`http://${address}:9090/x`);
    expect(await answer.json()).toMatchObject({ path: '/x', pod: 'pod-1' });
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

  it('can be put on top of an image that has Node, and Envoy can be one that a person names', async () => {
    const base = `calb-sim-test/base:${mark}`;
    tags.add(base);
    await docker.getImage(images.node.reference).tag({ repo: 'calb-sim-test/base', tag: mark });
    writeProgram('on top');
    const next = await ensureNodeImage({ ...options(), nodeImage: base });
    tags.add(next.reference);
    expect(next).toMatchObject({ origin: 'assembled' });
    expect(await ensureNodeImage({ ...options(), nodeImage: base })).toEqual({ ...next, origin: 'present' });
    const container = await start(next, podCommand({ type: 'app', app: 'httpbin' }));
    expect(await container.line('"ready"')).toBe('{"ready":true,"ports":[8080]}');
    const { envoy } = images;
    expect(await ensureEnvoyImage({ ...options(), envoyImage: envoy.reference })).toEqual({
      ...envoy,
      origin: 'present',
    });
  });

  it('say both reasons where they can neither be assembled nor pulled', async () => {
    const script = join(folder.path, 'envoy');
    writeFileSync(script, '#!/bin/sh\n');
    const version = `${mark}-none`;
    const refused = ensureEnvoyImage({ ...options(), envoy: { path: script, version }, offline: true });
    await expect(refused).rejects.toMatchObject({
      name: 'ImageUnavailable',
      problem: 'offline',
      message: expect.stringMatching(
        /is no Linux program.*envoyproxy\/envoy:distroless-v.* is not on this machine/,
      ),
      hint: expect.stringContaining('--runtime process'),
    });
    const elsewhere = ensureEnvoyImage({ ...options(), architecture: 'riscv64', offline: true });
    await expect(elsewhere).rejects.toThrow(/is for (amd|arm)64, the Docker engine runs riscv64/);
  });

  it('old ones go, but none that is kept, used, young or named by a person', async () => {
    const list = ['old', 'kept', 'used', 'named'].map((name) => `calb-sim/envoy:${mark}-${name}`);
    const [old = '', kept = '', used = '', named = ''] = list;
    for (const tag of list) {
      tags.add(tag);
      await loadTestImage(docker, tag, { contents: [Buffer.from(tag)] });
      await markUsed(docker, tag);
    }
    tags.add(`calb-sim-test/named:${mark}`);
    await docker.getImage(named).tag({ repo: 'calb-sim-test/named', tag: mark });
    const user = await docker.createContainer({ Image: used, Labels: { 'io.calb-sim.test': 'images' } });
    // Others on this engine have images of their own, which are none of this test's business.
    const ids = await Promise.all(list.map(async (tag) => (await docker.getImage(tag).inspect()).Id));
    const all = docker.listImages.bind(docker);
    vi.spyOn(docker, 'listImages').mockImplementation((async () =>
      (await all({ all: true })).filter(({ Id }) => ids.includes(Id))) as typeof docker.listImages);
    try {
      const nowMs = await engineTimeMs();
      expect(await removeOldImages({ docker, keep: [kept], nowMs })).toEqual([]);
      expect(await removeOldImages({ docker, keep: [kept], nowMs: nowMs + 120_000 })).toEqual([old]);
      await expect(docker.getImage(old).inspect()).rejects.toMatchObject({ statusCode: 404 });
      for (const tag of [kept, used, named]) await docker.getImage(tag).inspect();
    } finally {
      await user.remove();
    }
  });
});

async function engineTimeMs(): Promise<number> {
  return Date.parse((await docker.info()).SystemTime);
}

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
