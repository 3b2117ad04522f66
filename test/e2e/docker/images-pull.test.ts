import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Dockerode from 'dockerode';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { engineArchitecture } from '../../../src/runtime/docker/images/engine-architecture.ts';
import { resolveForeignImage } from '../../../src/runtime/docker/images/foreign-image.ts';
import type { ImageUnavailable } from '../../../src/runtime/docker/images/image-unavailable.ts';
import { pullImage } from '../../../src/runtime/docker/images/pull-image.ts';
import type { PullProgress } from '../../../src/runtime/docker/images/pull-progress.ts';
import {
  freePort,
  missingRegistry,
  type Registry,
  registryUser,
  startRegistry,
} from '../support/docker-registry.ts';
import { loadTestImage, pushImage, removeImages } from '../support/test-image.ts';
import { describeWithDocker, describeWithDockerAnd } from '../support/with-docker.ts';

const docker = new Dockerode();
const megabyte = 1 << 20;
const env = { DOCKER_CONFIG: '/nonexistent' };

let architecture: string;
let platform: string;
let registry: Registry;
/** Four layers, the second one by far the largest. */
let image: string;
let digest: string;
/** With the lower half of the layers of `image`. */
let sibling: string;
/** For an architecture that this engine does not have. */
let foreign: string;

/** What cannot be compressed. */
const noise = (bytes: number) => randomBytes(bytes);

/** What a pull that must fail says. */
async function failure(pull: Promise<unknown>): Promise<ImageUnavailable> {
  const error: unknown = await pull.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ name: 'ImageUnavailable' });
  return error as ImageUnavailable;
}

describeWithDockerAnd('Tests of pulls', missingRegistry())('pulling from a registry', () => {
  beforeAll(async () => {
    architecture = (await docker.info()).Architecture;
    platform = `linux/${engineArchitecture(architecture)}`;
    registry = await startRegistry();
    image = `${registry.host}/calb-sim-test/image:1`;
    sibling = `${registry.host}/calb-sim-test/sibling:1`;
    foreign = `${registry.host}/calb-sim-test/foreign:1`;
    const own = engineArchitecture(architecture);
    const contents = [1024, 12 * megabyte, 3 * megabyte, 2 * megabyte].map(noise);
    await loadTestImage(docker, image, { contents, architecture: own });
    digest = await pushImage(docker, image);
    const upper = noise(megabyte);
    await loadTestImage(docker, sibling, { contents: [...contents.slice(0, 2), upper], architecture: own });
    await pushImage(docker, sibling);
    const other = own === 'arm64' ? 'amd64' : 'arm64';
    await loadTestImage(docker, foreign, { contents: [noise(1024)], architecture: other });
    await pushImage(docker, foreign);
    await removeImages(docker, [image, sibling, foreign]);
  });
  afterEach(() => removeImages(docker, [image, digest, sibling, foreign]));
  afterAll(() => registry.stop());

  it('by tag, and tells how far each layer is', async () => {
    const seen: PullProgress[] = [];
    const pulled = await pullImage({
      ...{ docker, platform, env },
      reference: image,
      onProgress: (progress) => seen.push(progress),
    });
    expect(pulled.RepoTags).toEqual([image]);
    const last = seen.at(-1);
    expect(last?.layers.map(({ phase }) => phase)).toEqual(['done', 'done', 'done', 'done']);
    // Noise does not become smaller; its packing adds a little.
    expect(last?.total).toBeGreaterThan(17 * megabyte);
    expect(last?.total).toBeLessThan(17.2 * megabyte);
    expect(last).toMatchObject({ done: last?.total, share: 1, isTotalExact: true });
    const amounts = seen.map(({ done }) => done);
    expect(amounts).toEqual([...amounts].sort((a, b) => a - b));
    const phases = new Set(seen.flatMap(({ layers }) => layers.map(({ phase }) => phase)));
    expect([...phases]).toEqual(
      expect.arrayContaining(['waiting', 'downloading', 'downloaded', 'extracting', 'done']),
    );
  });

  it('by digest; layers that are here already are not transferred again', async () => {
    const pulled = await pullImage({ docker, platform, env, reference: digest });
    expect(pulled.RepoDigests).toEqual([digest]);
    expect(pulled.RepoTags).toEqual([]);
    const seen: PullProgress[] = [];
    await pullImage({
      docker,
      platform,
      env,
      reference: sibling,
      onProgress: (progress) => seen.push(progress),
    });
    expect(seen.at(-1)?.layers.map(({ phase }) => phase)).toEqual(['present', 'present', 'done']);
    expect(seen.at(-1)?.done).toBeLessThan(1.1 * megabyte);
  });

  it('once for a Deployment, and what is here is not pulled', async () => {
    const options = { docker, architecture, env, reference: image };
    const pulled = await resolveForeignImage(options);
    expect(pulled).toMatchObject({
      platform,
      isEmulated: false,
      config: { entrypoint: ['/none'], user: '' },
    });
    const again = await resolveForeignImage({
      ...options,
      offline: true,
      onProgress: () => expect.unreachable('nothing is pulled'),
    });
    expect(again).toEqual(pulled);
  });

  it('an image for another architecture is refused, unless the engine emulates', async () => {
    const refused = await failure(pullImage({ docker, platform, env, reference: foreign }));
    expect(refused.problem).toBe('wrong-architecture');
    expect(refused.message).toMatch(/foreign:1 is for (arm|amd)64, the Docker engine runs (amd|arm)64/);
    expect(refused.hint).toContain(`--platform ${platform}`);
    const options = { docker, architecture, env, reference: foreign };
    // It is on the engine now.
    expect((await failure(resolveForeignImage({ ...options, offline: true }))).problem).toBe(
      'wrong-architecture',
    );
    expect((await failure(resolveForeignImage(options))).problem).toBe('wrong-architecture');
    expect(await resolveForeignImage({ ...options, canEmulate: true })).toMatchObject({ isEmulated: true });
  });

  it('a name or tag that is not there', async () => {
    const { host } = registry;
    for (const reference of [`${host}/calb-sim-test/none:1`, `${host}/calb-sim-test/image:2`]) {
      const absent = await failure(pullImage({ docker, platform, env, reference }));
      expect(absent.problem).toBe('not-found');
      expect(absent.message).toContain(reference);
      expect(absent.hint).toContain(`docker pull ${reference}`);
    }
    const offline = { docker, architecture, env, reference: `${host}/calb-sim-test/image`, offline: true };
    expect(await failure(resolveForeignImage(offline))).toMatchObject({ problem: 'offline' });
    const nonsense = await failure(pullImage({ docker, platform, env, reference: 'No Image' }));
    expect(nonsense.problem).toBe('not-found');
  });

  it("with the person's own login where the registry wants one", async () => {
    const closed = await startRegistry({ login: true });
    const reference = `${closed.host}/calb-sim-test/image:1`;
    const folder = mkdtempSync(join(tmpdir(), 'calb-login-'));
    try {
      await loadTestImage(docker, reference, {
        contents: [noise(1024)],
        architecture: engineArchitecture(architecture),
      });
      await pushImage(docker, reference);
      await removeImages(docker, [reference]);
      const without = await failure(pullImage({ docker, platform, env, reference }));
      expect(without.problem).toBe('denied');
      expect(without.hint).toContain('docker login');
      const auth = Buffer.from(`${registryUser.username}:${registryUser.password}`).toString('base64');
      writeFileSync(join(folder, 'config.json'), JSON.stringify({ auths: { [closed.host]: { auth } } }));
      const pulled = await pullImage({ docker, platform, env: { DOCKER_CONFIG: folder }, reference });
      expect(pulled.RepoTags).toEqual([reference]);
    } finally {
      await removeImages(docker, [reference]);
      rmSync(folder, { recursive: true, force: true });
      await closed.stop();
    }
  });
});

describeWithDocker('a registry that does not answer', () => {
  const reference = (port: number) => `127.0.0.1:${port}/calb-sim-test/image:1`;
  let silent: Server | undefined;
  afterEach(() => {
    silent?.close();
    silent = undefined;
  });

  /** Takes connections and says nothing. */
  async function listenSilently(): Promise<number> {
    const port = await freePort();
    silent = createServer((socket) => socket.on('error', () => {})).listen(port, '127.0.0.1');
    return port;
  }

  it('because nobody is there', async () => {
    const options = { docker, platform: 'linux/amd64', env, reference: reference(await freePort()) };
    const refused = await failure(pullImage(options));
    expect(refused.problem).toBe('no-registry');
    expect(refused.message).toContain('connection refused');
    expect(refused.message).not.toContain('HTTP code');
  });

  it('because it says nothing: the pull ends when the patience does', async () => {
    const port = await listenSilently();
    const options = { docker, platform: 'linux/amd64', env, reference: reference(port), silenceMs: 300 };
    const unheard = await failure(pullImage(options));
    expect(unheard.problem).toBe('no-registry');
    expect(unheard.message).toContain('nothing heard for 0.3 s');
  });

  it('and a pull that is given up says so', async () => {
    const port = await listenSilently();
    const controller = new AbortController();
    silent?.once('connection', () => controller.abort());
    const options = { docker, platform: 'linux/amd64', env, reference: reference(port) };
    const stopped = await failure(pullImage({ ...options, signal: controller.signal }));
    expect(stopped.problem).toBe('stopped');
    const late = await failure(pullImage({ ...options, signal: controller.signal }));
    expect(late.problem).toBe('stopped');
  });
});
