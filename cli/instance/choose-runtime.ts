import type { Engine } from '../../src/runtime/docker/engine/engine.ts';
import type { EnvoyBinary } from '../../src/runtime/process/envoy-binary.ts';
import { CliError } from '../cli-error.ts';
import type { CommandIo } from '../command-io.ts';
import { exitCodes } from '../exit-codes.ts';
import type { DockerImages } from './docker-images.ts';
import { findEnvoy } from './find-envoy.ts';

/** Who runs Envoys and pods, with what is needed for it. */
export type ChosenRuntime =
  | { readonly name: 'process'; readonly envoy: EnvoyBinary }
  | ({
      readonly name: 'docker';
      readonly engine: Engine;
      /** No image may be pulled. */
      readonly offline: boolean;
    } & DockerImages);

export interface RuntimeWish {
  readonly io: CommandIo;
  readonly runtime: 'auto' | 'docker' | 'process';
  /** `--envoy` */
  readonly envoy?: string | undefined;
  /** `--envoy-image` */
  readonly envoyImage?: string | undefined;
  readonly offline: boolean;
}

/** Somebody who did not ask for containers does not wait long for them. */
const autoPatienceMs = 1000;

/**
 * Takes the runtime that was asked for. `auto` takes containers where an engine of this machine answers within a second
 * and its images can be had, else processes, and says why.
 *
 * @throws {CliError} with exit code 4 when what was asked for cannot be had
 */
export async function chooseRuntime(wish: RuntimeWish): Promise<ChosenRuntime> {
  checkOptions(wish);
  if (wish.runtime === 'process') return withProcesses(wish);
  if (wish.runtime === 'docker') return withContainers(wish, undefined).catch(explained);
  try {
    const chosen = await withContainers(wish, autoPatienceMs);
    if (chosen.name === 'docker') {
      const { version, where } = chosen.engine;
      wish.io.stderr.write(`Docker ${version} answers at ${where}: Envoys run as containers\n`);
    }
    return chosen;
  } catch (error) {
    const reason = await reasonOf(error);
    if (reason === undefined) throw error;
    wish.io.stderr.write(`no containers: ${reason.message}; Envoys run as processes\n`);
    return withProcesses(wish);
  }
}

function checkOptions({ runtime, envoy, envoyImage }: RuntimeWish): void {
  if (envoyImage === undefined) return;
  if (runtime === 'process')
    throw new CliError(exitCodes.usage, '--envoy-image is for containers', 'say --runtime docker');
  if (envoy !== undefined)
    throw new CliError(exitCodes.usage, '--envoy and --envoy-image exclude each other', 'leave one out');
}

async function withProcesses({ io, envoy, offline }: RuntimeWish): Promise<ChosenRuntime> {
  return { name: 'process', envoy: await findEnvoy(io, { explicit: envoy, offline }) };
}

async function withContainers(wish: RuntimeWish, timeoutMs: number | undefined): Promise<ChosenRuntime> {
  const { connectEngine } = await import('../../src/runtime/docker/engine/connect-engine.ts');
  const patience = timeoutMs === undefined ? {} : { timeoutMs };
  const engine = await connectEngine({ env: wish.io.env, ...patience });
  if (!engine.isLocal) throw await notLocal(engine);
  const { ensureDockerImages } = await import('./docker-images.ts');
  return {
    name: 'docker',
    engine,
    offline: wish.offline,
    ...(await ensureDockerImages({ ...wish, engine })),
  };
}

/** Folders of this machine are mounted into containers, which are dialled: neither works across machines. */
async function notLocal({ where, kind }: Engine): Promise<Error> {
  const { EngineUnavailable } = await import('../../src/runtime/docker/engine/engine-unavailable.ts');
  const why =
    kind === 'docker-desktop'
      ? "Docker Desktop's containers run in a virtual machine, which cannot share unix sockets"
      : `the engine at ${where} is not known to run on this machine`;
  return new EngineUnavailable('unsupported', why, 'use --runtime process');
}

/** What keeps containers from being used, with what to do; `undefined` for a fault. */
async function reasonOf(
  error: unknown,
): Promise<{ readonly message: string; readonly hint?: string } | undefined> {
  const { EngineUnavailable } = await import('../../src/runtime/docker/engine/engine-unavailable.ts');
  const { ImageUnavailable } = await import('../../src/runtime/docker/images/image-unavailable.ts');
  const isKnown = error instanceof EngineUnavailable || error instanceof ImageUnavailable;
  return isKnown ? error : undefined;
}

async function explained(error: unknown): Promise<never> {
  const reason = await reasonOf(error);
  throw reason === undefined ? error : new CliError(exitCodes.environment, reason.message, reason.hint);
}
