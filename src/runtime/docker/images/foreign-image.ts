import type Dockerode from 'dockerode';
import type { Environment } from '../../process/run-directory.ts';
import { engineArchitecture } from './engine-architecture.ts';
import { findOrPull } from './find-or-pull.ts';
import type { PullProgress } from './pull-progress.ts';

export interface ForeignImageOptions {
  readonly docker: Dockerode;
  /** As a Deployment names it. */
  readonly reference: string;
  /** The engine's, in its words (`GET /info`): `x86_64`, `aarch64`. */
  readonly architecture: string;
  readonly env: Environment;
  /** Nothing may be pulled. */
  readonly offline?: boolean;
  /** The engine runs programs of other architectures, as Docker Desktop does; without it such images are refused. */
  readonly canEmulate?: boolean;
  readonly onProgress?: (progress: PullProgress) => void;
  readonly signal?: AbortSignal;
}

/** An image that somebody else made, on the engine. */
export interface ForeignImage {
  readonly id: string;
  /** What containers are created with. */
  readonly reference: string;
  /** What `platform` must be when they are created: `linux/amd64`. */
  readonly platform: string;
  /** Its programs are for another architecture than the engine's. */
  readonly isEmulated: boolean;
  readonly config: ForeignImageConfig;
}

/** What an image says about its containers (OCI image specification, `config`). */
export interface ForeignImageConfig {
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  /** `uid`, `uid:gid` or names; empty: root. */
  readonly user: string;
  readonly env: readonly string[];
  readonly workingDir: string;
  /** TCP ports, in ascending order. */
  readonly exposedPorts: readonly number[];
  /** Paths that it declares to be volumes: they stay writable where the root is not. */
  readonly volumes: readonly string[];
  /** Its `HEALTHCHECK`; absent where there is none, or where it is `NONE`. */
  readonly healthcheck?: readonly string[];
}

/**
 * The image of a Deployment: present, or pulled.
 *
 * @throws {ImageUnavailable}
 */
export async function resolveForeignImage(options: ForeignImageOptions): Promise<ForeignImage> {
  const own = engineArchitecture(options.architecture);
  const { image } = await findOrPull({ ...options, platform: `linux/${own}` });
  return {
    id: image.Id,
    reference: image.Id,
    platform: `linux/${image.Architecture}`,
    isEmulated: image.Architecture !== own,
    config: configOf(image.Config),
  };
}

/** The engine leaves out or sets to null what an image does not say. */
function configOf(
  config: Partial<Dockerode.ImageInspectInfo['Config']> | null | undefined,
): ForeignImageConfig {
  const { Entrypoint, Cmd, User, Env, WorkingDir, ExposedPorts, Volumes } = config ?? {};
  const healthcheck = (config as { readonly Healthcheck?: { readonly Test?: string[] } } | null)?.Healthcheck
    ?.Test;
  return {
    entrypoint: listOf(Entrypoint),
    cmd: listOf(Cmd),
    user: User ?? '',
    env: Env ?? [],
    workingDir: WorkingDir ?? '',
    exposedPorts: tcpPorts(Object.keys(ExposedPorts ?? {})),
    volumes: Object.keys(Volumes ?? {}).sort(),
    ...(healthcheck !== undefined && healthcheck[0] !== 'NONE' && { healthcheck }),
  };
}

function listOf(value: string | string[] | null | undefined): readonly string[] {
  return typeof value === 'string' ? [value] : (value ?? []);
}

/** From `8080/tcp`; a range stands for all its ports. */
function tcpPorts(exposed: readonly string[]): readonly number[] {
  const ports = exposed.flatMap((text) => {
    const [range = '', protocol = 'tcp'] = text.split('/');
    if (protocol !== 'tcp') return [];
    const [first = 0, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
  return [...new Set(ports)].sort((a, b) => a - b);
}
