import type { Engine } from '../../src/runtime/docker/engine/engine.ts';
import type { PullProgress } from '../../src/runtime/docker/images/pull-progress.ts';
import { resolveEnvoy } from '../../src/runtime/process/envoy-binary.ts';
import { envoyRelease } from '../../src/runtime/process/envoy-release.ts';
import { EnvoyUnavailable } from '../../src/runtime/process/envoy-unavailable.ts';
import type { CommandIo } from '../command-io.ts';
import { PullView } from '../output/pull-view.ts';
import { findEnvoy } from './find-envoy.ts';

/** What the containers of an instance are made from. */
export interface DockerImages {
  /** Tags or digests that the engine has. */
  readonly images: { readonly envoy: string; readonly node: string };
  /** `1.40.0` */
  readonly envoyVersion: string;
}

export interface DockerImageWish {
  readonly io: CommandIo;
  readonly engine: Engine;
  /** `--envoy` */
  readonly envoy?: string | undefined;
  /** `--envoy-image`: by tag or digest. */
  readonly envoyImage?: string | undefined;
  /** Nothing may be fetched. */
  readonly offline: boolean;
}

/**
 * Sees to it that the engine has both images: they are there, or are assembled from the Envoy and the Node of this
 * machine, or are pulled. Shows how that goes.
 *
 * @throws {ImageUnavailable}
 * @throws {CliError} when an Envoy that was named, or none at all, can be had
 */
export async function ensureDockerImages(wish: DockerImageWish): Promise<DockerImages> {
  const { io, engine, envoyImage, offline } = wish;
  const { docker, architecture } = engine;
  const { ensureEnvoyImage, ensureNodeImage } = await import('../../src/runtime/docker/images/own-images.ts');
  const pulls = new ShownPulls(io);
  const options = {
    ...{ docker, architecture, offline, env: io.env },
    onNote: (text: string) => io.stderr.write(`${text}\n`),
    onProgress: (progress: PullProgress) => pulls.update(progress),
  };
  const ensureEnvoy = async (): Promise<{ readonly reference: string; readonly version: string }> => {
    if (envoyImage !== undefined) {
      const named = await ensureEnvoyImage({
        ...{ ...options, envoyImage },
        envoy: { version: envoyRelease },
      });
      return { reference: named.reference, version: await versionOf(wish, named.reference) };
    }
    const envoy = await envoyOfMachine(wish);
    const ensure = (which: { readonly path?: string; readonly version: string }) =>
      ensureEnvoyImage({ ...options, envoy: which });
    if (envoy !== undefined) return { ...(await ensure(envoy)), version: envoy.version };
    try {
      return { ...(await ensure({ version: envoyRelease })), version: envoyRelease };
    } catch (error) {
      if (offline) throw error;
      // No registry has it for us: the program itself may be had elsewhere.
      const fetched = await findEnvoy(io, { offline });
      return { ...(await ensure(fetched)), version: fetched.version };
    }
  };
  const [envoy, node] = await pulls.during(Promise.all([ensureEnvoy(), ensureNodeImage(options)]));
  return { images: { envoy: envoy.reference, node: node.reference }, envoyVersion: envoy.version };
}

/** The one that was named, or one that is here already. */
async function envoyOfMachine({ io, envoy }: DockerImageWish) {
  if (envoy !== undefined || io.env.CALB_SIM_ENVOY) return findEnvoy(io, { explicit: envoy });
  try {
    return await resolveEnvoy({ env: io.env, mayFetch: false });
  } catch (error) {
    if (!(error instanceof EnvoyUnavailable)) throw error;
    return undefined;
  }
}

async function versionOf({ engine }: DockerImageWish, image: string): Promise<string> {
  const { readEnvoyVersion } = await import('../../src/runtime/docker/images/envoy-image-version.ts');
  return readEnvoyVersion({ docker: engine.docker, image, labels: {} });
}

/** Pulls, shown until they end. */
class ShownPulls {
  readonly #view: PullView;
  readonly #references = new Set<string>();

  constructor({ stderr, paintError, now }: CommandIo) {
    this.#view = new PullView({ stream: stderr, paint: paintError, now });
  }

  update(progress: PullProgress): void {
    this.#references.add(progress.reference);
    this.#view.update(progress);
  }

  async during<T>(work: Promise<T>): Promise<T> {
    try {
      const result = await work;
      this.#finish('pulled');
      return result;
    } catch (error) {
      this.#finish('failed');
      throw error;
    }
  }

  #finish(outcome: 'pulled' | 'failed'): void {
    for (const reference of this.#references) this.#view.finish(reference, outcome);
  }
}
