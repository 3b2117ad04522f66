import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type Dockerode from 'dockerode';
import type { ImageRef } from '../../../src/runtime/docker/images/image-ref.ts';
import type { EnvoyImageOptions, NodeImageOptions } from '../../../src/runtime/docker/images/own-images.ts';
import { requiredEnvoyBinary, temporaryFolder } from '../../fixtures/envoy.ts';
import { TestContainer } from './run-container.ts';
import { removeImages } from './test-image.ts';

const bundledProgram = fileURLToPath(new URL('../../../dist/docker/pod.cjs', import.meta.url));

/** Images of our own with a mark in them, so that nobody else has them; their containers; and what removes all that. */
export class MarkedImages {
  readonly docker: Dockerode;
  readonly mark = `test-${process.pid}-${Date.now()}`;
  readonly folder = temporaryFolder();
  readonly podProgram = join(this.folder.path, 'pod.cjs');
  readonly #containers: TestContainer[] = [];
  readonly #references = new Set<string>();

  constructor(docker: Dockerode) {
    this.docker = docker;
    this.writeProgram('first');
  }

  /** Changes the program of containers, which makes another image of it. */
  writeProgram(comment: string): void {
    writeFileSync(this.podProgram, `${readFileSync(bundledProgram, 'utf8')}\n// ${this.mark} ${comment}\n`);
  }

  async options(): Promise<EnvoyImageOptions & NodeImageOptions> {
    const { docker, podProgram, mark, folder } = this;
    const { Architecture: architecture } = await docker.info();
    const { path } = requiredEnvoyBinary();
    const env = { XDG_CACHE_HOME: folder.path };
    return { docker, architecture, env, podProgram, envoy: { path, version: mark } };
  }

  /** Remembers an image that shall be removed at the end. */
  keep<T extends ImageRef | string>(image: T): T {
    this.#references.add(typeof image === 'string' ? image : image.reference);
    return image;
  }

  async start(image: ImageRef, options: Dockerode.ContainerCreateOptions): Promise<TestContainer> {
    const container = await TestContainer.start(this.docker, { Image: image.reference, ...options });
    this.#containers.push(container);
    return container;
  }

  async removeContainers(): Promise<void> {
    await Promise.all(this.#containers.splice(0).map((container) => container.remove()));
  }

  async remove(): Promise<void> {
    await this.removeContainers();
    await removeImages(this.docker, [...this.#references]);
    this.folder.remove();
  }
}
