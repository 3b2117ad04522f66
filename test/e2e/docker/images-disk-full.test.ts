import { randomBytes } from 'node:crypto';
import Dockerode from 'dockerode';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pullImage } from '../../../src/runtime/docker/images/pull-image.ts';
import { temporaryFolder } from '../../fixtures/envoy.ts';
import { missingRegistry, startRegistry } from '../support/docker-registry.ts';
import { missingSecondEngine, type SecondEngine, startSecondEngine } from '../support/second-engine.ts';
import { loadTestImage, pushImage, removeImages } from '../support/test-image.ts';
import { describeWithDockerAnd } from '../support/with-docker.ts';

const megabyte = 1 << 20;
const first = new Dockerode();

let engine: SecondEngine;
const registryFolder = temporaryFolder();

/** Images for the second engine, which it can only get out of the folder of a registry that the first one can reach. */
async function fillRegistry(contents: Readonly<Record<string, readonly Buffer[]>>): Promise<void> {
  const outer = await startRegistry({ folder: registryFolder.path });
  const references: string[] = [];
  try {
    for (const [name, layers] of Object.entries(contents)) {
      const reference = `${outer.host}/calb-sim-test/${name}:1`;
      references.push(reference);
      await loadTestImage(first, reference, { contents: layers });
      await pushImage(first, reference);
    }
  } finally {
    await removeImages(first, references);
    await outer.stop();
  }
}

describeWithDockerAnd('Tests of full disks', missingSecondEngine() ?? missingRegistry())(
  'a full disk',
  () => {
    beforeAll(async () => {
      engine = await startSecondEngine({ disk: '24m' });
    });
    afterAll(async () => {
      await engine.stop();
      registryFolder.remove();
    });

    it('while an image is loaded: says so, and the engine goes on', async () => {
      const large = loadTestImage(engine.docker, 'calb-sim-test/large:1', {
        contents: [randomBytes(megabyte), randomBytes(40 * megabyte)],
      });
      await expect(large).rejects.toMatchObject({
        name: 'ImageUnavailable',
        problem: 'disk-full',
        message: expect.stringContaining('no space left on device'),
        hint: expect.stringContaining('docker image prune'),
      });
      await loadTestImage(engine.docker, 'calb-sim-test/small:1', { contents: [randomBytes(megabyte)] });
      expect((await engine.docker.getImage('calb-sim-test/small:1').inspect()).RepoTags).toEqual([
        'calb-sim-test/small:1',
      ]);
    });

    it('while an image is pulled: says so, and the engine goes on', async () => {
      await fillRegistry({
        large: [randomBytes(megabyte), randomBytes(40 * megabyte)],
        small: [randomBytes(megabyte)],
      });
      const registry = await startRegistry({ folder: registryFolder.path, networkOf: engine.pid });
      const options = { docker: engine.docker, platform: 'linux/amd64', env: {} };
      const at = (name: string) => `${registry.host}/calb-sim-test/${name}:1`;
      try {
        await expect(pullImage({ ...options, reference: at('large') })).rejects.toMatchObject({
          problem: 'disk-full',
          message: expect.stringContaining('no space left on device'),
        });
        expect((await pullImage({ ...options, reference: at('small') })).RepoTags).toEqual([at('small')]);
      } finally {
        await registry.stop();
      }
    });
  },
);
