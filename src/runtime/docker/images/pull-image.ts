import type Dockerode from 'dockerode';
import type { Environment } from '../../process/run-directory.ts';
import { type EngineMessage, engineMessages } from './engine-messages.ts';
import { explainEngineFailure } from './explain-failure.ts';
import { findImage } from './find-image.ts';
import { parseImageReference } from './image-reference.ts';
import { ImageUnavailable } from './image-unavailable.ts';
import { advancePull, type PullProgress, startOfPull } from './pull-progress.ts';
import { registryLogin } from './registry-login.ts';

export interface PullOptions {
  readonly docker: Dockerode;
  /** `NAME`, `NAME:TAG` or `NAME@sha256:DIGEST`; without a version `latest`. */
  readonly reference: string;
  /** `linux/amd64`. An image for another one is refused. */
  readonly platform: string;
  readonly env: Environment;
  readonly onProgress?: (progress: PullProgress) => void;
  readonly signal?: AbortSignal;
  /** How long the engine may say nothing, before the first word and between any two; default 60 s. */
  readonly silenceMs?: number;
  readonly now?: () => number;
}

/** Engines give up by themselves after 15 to 30 s without a registry's first answer, and report while they unpack. */
const defaultSilenceMs = 60_000;

/**
 * Pulls an image with the person's own login, and answers what the engine then knows of it.
 *
 * @throws {ImageUnavailable}
 */
export async function pullImage(options: PullOptions): Promise<Dockerode.ImageInspectInfo> {
  const { docker, reference, platform } = options;
  const { exact } = parseImageReference(reference);
  await pull(options);
  const image = await findImage(docker, exact);
  if (image === undefined) {
    throw explainEngineFailure(reference, new Error('the engine pulled it and does not have it'));
  }
  const wanted = platform.split('/')[1];
  // A registry that has the image for one architecture only sends that one, whatever was asked for.
  if (image.Architecture !== wanted) throw otherArchitecture(reference, image.Architecture, wanted);
  return image;
}

/** The image is there, for an architecture that the engine does not have. */
export function otherArchitecture(reference: string, found: string, wanted = ''): ImageUnavailable {
  return new ImageUnavailable(reference, 'wrong-architecture', {
    message: `${reference} is for ${found}, the Docker engine runs ${wanted}`,
    hint: `use an image for ${wanted}, or build it with docker buildx build --platform linux/${wanted}`,
  });
}

async function pull(options: PullOptions): Promise<void> {
  const { docker, reference, platform, env, onProgress, signal, now = () => performance.now() } = options;
  const { name, version, registry } = parseImageReference(reference);
  const watch = new SilenceWatch(options.silenceMs ?? defaultSilenceMs, signal);
  let state = startOfPull(reference, now());
  try {
    const login = await registryLogin(registry, env);
    const wanted = { fromImage: name, tag: version, platform, abortSignal: watch.signal };
    const response = await docker.createImage(login, wanted);
    for await (const message of engineMessages(response)) {
      watch.heard();
      failOn(message);
      const next = advancePull(state, message, now());
      if (next !== state) onProgress?.(next.progress);
      state = next;
    }
  } catch (error) {
    throw watch.explain(reference, error);
  } finally {
    watch.stop();
  }
}

function failOn({ error }: EngineMessage): void {
  if (error !== undefined) throw new Error(error);
}

/** Ends a pull of which nothing is heard, or which the caller gives up. The engine stops when its client goes. */
class SilenceWatch {
  readonly #controller = new AbortController();
  readonly #silenceMs: number;
  readonly #outer: AbortSignal | undefined;
  readonly #onAbort = () => this.#controller.abort();
  #timer: NodeJS.Timeout | undefined;
  #isSilent = false;

  constructor(silenceMs: number, outer: AbortSignal | undefined) {
    this.#silenceMs = silenceMs;
    this.#outer = outer;
    if (outer?.aborted === true) this.#controller.abort();
    outer?.addEventListener('abort', this.#onAbort, { once: true });
    this.heard();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  heard(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#isSilent = true;
      this.#controller.abort();
    }, this.#silenceMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener('abort', this.#onAbort);
  }

  explain(reference: string, error: unknown): ImageUnavailable {
    if (this.#isSilent) {
      const seconds = Math.round(this.#silenceMs / 100) / 10;
      return explainEngineFailure(reference, new Error(`timeout exceeded: nothing heard for ${seconds} s`));
    }
    if (!this.#controller.signal.aborted) return explainEngineFailure(reference, error);
    return new ImageUnavailable(reference, 'stopped', {
      message: `${reference}: the pull was stopped`,
      hint: `docker pull ${reference} pulls it beforehand`,
      cause: error,
    });
  }
}
