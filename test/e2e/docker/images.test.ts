import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Dockerode from 'dockerode';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { readEnvoyVersion } from '../../../src/runtime/docker/images/envoy-image-version.ts';
import { envoyPath, nodePath } from '../../../src/runtime/docker/images/image-paths.ts';
import type { ImageRef } from '../../../src/runtime/docker/images/image-ref.ts';
import { markUsed, removeOldImages } from '../../../src/runtime/docker/images/old-images.ts';
import {
  type EnvoyImageOptions,
  ensureEnvoyImage,
  ensureNodeImage,
  ensureOwnImages,
  type NodeImageOptions,
} from '../../../src/runtime/docker/images/own-images.ts';
import { podCommand } from '../../../src/runtime/docker/pod-program/pod-command.ts';
import { requiredEnvoyBinary, skipWithoutEnvoy } from '../../fixtures/envoy.ts';
import { MarkedImages } from '../support/marked-images.ts';
import { loadTestImage } from '../support/test-image.ts';
import { describeWithDockerAnd } from '../support/with-docker.ts';

const docker = new Dockerode();
let own: MarkedImages;
let options: EnvoyImageOptions & NodeImageOptions;
let images: { readonly envoy: ImageRef; readonly node: ImageRef };

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
    own = new MarkedImages(docker);
    options = await own.options();
    const notes: string[] = [];
    images = await ensureOwnImages({ ...options, onNote: (text) => notes.push(text) });
    own.keep(images.envoy);
    own.keep(images.node);
    expect(notes.sort()).toEqual([
      'assembling the image of Envoy, once',
      'assembling the image of Node, once',
    ]);
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await own.removeContainers();
  });
  afterAll(() => own.remove());

  it('are named after their contents, and say what they are', async () => {
    expect(images.envoy.reference).toMatch(new RegExp(`^calb-sim/envoy:${own.mark}-[0-9a-f]{12}$`));
    expect(images.node.reference).toMatch(/^calb-sim\/node:[0-9a-f]{12}$/);
    expect(images.envoy.origin).toBe('assembled');
    const { Config, Id } = await docker.getImage(images.envoy.reference).inspect();
    expect(Id).toBe(images.envoy.id);
    expect(Config.Labels).toMatchObject({
      'io.calb-sim.image': 'envoy',
      'org.opencontainers.image.version': own.mark,
    });
  });

  it('are made once: a second time nothing is sent', async () => {
    const sent = watchLoads();
    const again = await ensureOwnImages({
      ...options,
      onNote: () => expect.unreachable('nothing takes a moment'),
    });
    expect(again).toEqual({
      envoy: { ...images.envoy, origin: 'present' },
      node: { ...images.node, origin: 'present' },
    });
    expect(sent).toEqual([]);
  });

  it('a changed program is sent alone: the engine has the layers below', async () => {
    own.writeProgram('second');
    const sent = watchLoads();
    const next = await ensureNodeImage(options);
    own.keep(next);
    expect(next.origin).toBe('assembled');
    expect(next.reference).not.toBe(images.node.reference);
    const most = statSync(own.podProgram).size + 20_000;
    expect(sent).toEqual([expect.toSatisfy((bytes: number) => bytes < most)]);
    const container = await own.start(next, podCommand({ type: 'app', app: 'echo' }));
    expect(await container.line('"ready"')).toBe('{"ready":true,"ports":[3000,3001]}');
  });

  it('are sent whole to an engine that wants all layers', async () => {
    own.writeProgram('third');
    const sent = watchLoads(1);
    const next = await ensureNodeImage(options);
    own.keep(next);
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
    const container = await own.start(images.envoy, { Entrypoint: [envoyPath], Cmd: ['--version'] });
    expect(await container.exitCode()).toBe(0);
    expect(container.output).toContain(`/${requiredEnvoyBinary().version}/`);
  });

  it('Node runs without any right, as a user that has a name, and finds localhost without a name server', async () => {
    const script = `const { lookup } = require('node:dns');
      lookup('localhost', { family: 4 }, (error, address) => console.log(require('node:os').userInfo().username, address))`;
    const container = await own.start(images.node, { Entrypoint: [nodePath], Cmd: ['-e', script] });
    expect(await container.exitCode()).toBe(0);
    expect(container.output.trim()).toBe('envoy 127.0.0.1');
  });

  it('can be put on top of an image that has Node, and Envoy can be one that a person names', async () => {
    const base = `calb-sim-test/base:${own.mark}`;
    own.keep(base);
    await docker.getImage(images.node.reference).tag({ repo: 'calb-sim-test/base', tag: own.mark });
    own.writeProgram('on top');
    const next = await ensureNodeImage({ ...options, nodeImage: base });
    own.keep(next);
    expect(next).toMatchObject({ origin: 'assembled' });
    expect(await ensureNodeImage({ ...options, nodeImage: base })).toEqual({ ...next, origin: 'present' });
    const container = await own.start(next, podCommand({ type: 'app', app: 'httpbin' }));
    expect(await container.line('"ready"')).toBe('{"ready":true,"ports":[8080]}');
    const { envoy } = images;
    expect(await ensureEnvoyImage({ ...options, envoyImage: envoy.reference })).toEqual({
      ...envoy,
      origin: 'present',
    });
  });

  it('say both reasons where they can neither be assembled nor pulled', async () => {
    const script = join(own.folder.path, 'envoy');
    writeFileSync(script, '#!/bin/sh\n');
    const version = `${own.mark}-none`;
    const refused = ensureEnvoyImage({ ...options, envoy: { path: script, version }, offline: true });
    await expect(refused).rejects.toMatchObject({
      name: 'ImageUnavailable',
      problem: 'offline',
      message: expect.stringMatching(
        /is no Linux program.*envoyproxy\/envoy:distroless-v.* is not on this machine/,
      ),
      hint: expect.stringContaining('--runtime process'),
    });
    const elsewhere = ensureEnvoyImage({ ...options, architecture: 'riscv64', offline: true });
    await expect(elsewhere).rejects.toThrow(/is for (amd|arm)64, the Docker engine runs riscv64/);
  });

  it('old ones go, but none that is kept, used, young or named by a person', async () => {
    const list = ['old', 'kept', 'used', 'named'].map((name) => `calb-sim/envoy:${own.mark}-${name}`);
    const [old = '', kept = '', used = '', named = ''] = list;
    for (const tag of list) {
      own.keep(tag);
      await loadTestImage(docker, tag, { contents: [Buffer.from(tag)] });
      await markUsed(docker, tag);
    }
    own.keep(`calb-sim-test/named:${own.mark}`);
    await docker.getImage(named).tag({ repo: 'calb-sim-test/named', tag: own.mark });
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
