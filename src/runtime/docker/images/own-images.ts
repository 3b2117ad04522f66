import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type Dockerode from 'dockerode';
import type { Environment } from '../../process/run-directory.ts';
import { type AssembledImage, assembleImage } from './assembled-image.ts';
import { baseFiles, containerUsers } from './base-files.ts';
import { engineArchitecture } from './engine-architecture.ts';
import { findImage } from './find-image.ts';
import { hashLayer, type Layer, layerMembers } from './image-layer.ts';
import { envoyPath, libraryFolder, nodePath, podProgramPath } from './image-paths.ts';
import type { ImageRef } from './image-ref.ts';
import { ImageUnavailable } from './image-unavailable.ts';
import { loadImage } from './load-image.ts';
import { markUsed } from './old-images.ts';
import { imageLabel } from './own-image-ids.ts';
import { programLayer, scriptLayer } from './program-layer.ts';
import {
  ensureNodeOnPublished,
  ensurePublishedEnvoy,
  publishedEnvoy,
  publishedNode,
} from './published-images.ts';
import type { PullProgress } from './pull-progress.ts';
import { NotCollectable } from './shared-libraries.ts';

export interface OwnImageOptions {
  readonly docker: Dockerode;
  /** The engine's, in its words (`GET /info`): `x86_64`, `aarch64`. */
  readonly architecture: string;
  readonly env: Environment;
  /** Nothing may be pulled. */
  readonly offline?: boolean;
  /** Something that takes a moment begins: what it is, in words. */
  readonly onNote?: (text: string) => void;
  /** How far a pull is, where one is needed. */
  readonly onProgress?: (progress: PullProgress) => void;
  readonly signal?: AbortSignal;
}

export interface EnvoyImageOptions extends OwnImageOptions {
  /** The Envoy to run; without a path the published image of that version. */
  readonly envoy: { readonly path?: string; readonly version: string };
  /** An image that a person names, by tag or digest. Nothing is assembled then. */
  readonly envoyImage?: string;
}

export interface NodeImageOptions extends OwnImageOptions {
  /** The bundled program of containers; by default that of the running bundle. */
  readonly podProgram?: string;
  /** An image with Node that a person names, by tag or digest: the program is put on top of it. */
  readonly nodeImage?: string;
}

/** Both images; see {@link ensureEnvoyImage} and {@link ensureNodeImage}. */
export async function ensureOwnImages(
  options: EnvoyImageOptions & NodeImageOptions,
): Promise<{ readonly envoy: ImageRef; readonly node: ImageRef }> {
  const [envoy, node] = await Promise.all([ensureEnvoyImage(options), ensureNodeImage(options)]);
  return { envoy, node };
}

/**
 * The image of Envoy, `calb-sim/envoy:VERSION-HASH`: present, or assembled from the Envoy of this machine. Where that
 * one cannot run in the engine's containers, the published image of the same version: present, or pulled.
 *
 * @throws {ImageUnavailable}
 */
export async function ensureEnvoyImage(options: EnvoyImageOptions): Promise<ImageRef> {
  const { envoy, env, envoyImage } = options;
  const published = (reference: string) => ensurePublishedEnvoy({ ...pullOptions(options), reference });
  if (envoyImage !== undefined) return published(envoyImage);
  const { path, version } = envoy;
  if (path === undefined) return published(publishedEnvoy(version));
  const assembled = ensureAssembled(options, 'Envoy', async (architecture) => {
    const program = await programLayer({ program: path, target: envoyPath, architecture, env });
    return assemble({ kind: 'envoy', version, architecture, layers: [program] });
  });
  return orPublished('Envoy', assembled, () => published(publishedEnvoy(version)));
}

/**
 * The image of all containers that run {@link podProgramPath}, `calb-sim/node:HASH`: present, or assembled from the Node
 * that runs here. Where that one cannot run in the engine's containers, it is made from the published image of Node.
 *
 * @throws {ImageUnavailable}
 */
export async function ensureNodeImage(options: NodeImageOptions): Promise<ImageRef> {
  const { env, nodeImage, podProgram = findPodProgram() } = options;
  const published = (reference: string) =>
    ensureNodeOnPublished({ ...pullOptions(options), reference, podProgram });
  if (nodeImage !== undefined) return published(nodeImage);
  const assembled = ensureAssembled(options, 'Node', async (architecture) => {
    const program = programLayer({ program: process.execPath, target: nodePath, architecture, env });
    const script = scriptLayer(podProgram, podProgramPath, env);
    const layers = await Promise.all([program, script]);
    return assemble({ kind: 'node', version: process.versions.node, architecture, layers });
  });
  return orPublished('Node', assembled, () => published(publishedNode()));
}

function pullOptions({ architecture, ...options }: OwnImageOptions) {
  return { ...options, platform: `linux/${engineArchitecture(architecture)}` };
}

/** What an engine takes from this machine at once is preferred to what must come from far away. */
async function orPublished(
  title: string,
  assembled: Promise<ImageRef>,
  published: () => Promise<ImageRef>,
): Promise<ImageRef> {
  try {
    return await assembled;
  } catch (error) {
    if (!(error instanceof NotCollectable)) throw error;
    return published().catch((failure: unknown) => {
      throw failure instanceof ImageUnavailable ? neither(title, error, failure) : failure;
    });
  }
}

/** Both ways are closed: says why the first one was, too. */
function neither(title: string, { message }: NotCollectable, pulled: ImageUnavailable): ImageUnavailable {
  return new ImageUnavailable(pulled.reference, pulled.problem, {
    message: `no image of ${title}: ${message}; ${pulled.message}`,
    hint: `${pulled.hint}; or use --runtime process, which needs no images`,
    cause: pulled,
  });
}

interface TaggedImage {
  readonly tag: string;
  readonly image: AssembledImage;
}

async function ensureAssembled(
  { docker, architecture, onNote }: OwnImageOptions,
  title: string,
  describe: (architecture: string) => Promise<TaggedImage>,
): Promise<ImageRef> {
  const { tag, image } = await describe(engineArchitecture(architecture));
  const present = await findImage(docker, tag);
  if (present === undefined) {
    onNote?.(`assembling the image of ${title}, once`);
    await loadImage(docker, image, tag);
  }
  const id = present?.Id ?? (await idOfLoaded(docker, tag));
  await markUsed(docker, tag);
  return { reference: tag, id, origin: present === undefined ? 'assembled' : 'present' };
}

async function idOfLoaded(docker: Dockerode, tag: string): Promise<string> {
  const loaded = await findImage(docker, tag);
  if (loaded !== undefined) return loaded.Id;
  throw new ImageUnavailable(tag, 'failed', {
    message: `${tag}: the engine took the image and does not have it`,
    hint: 'calb-sim doctor examines the engine',
  });
}

interface OwnImage {
  readonly kind: 'envoy' | 'node';
  /** The program's. */
  readonly version: string;
  readonly architecture: string;
  readonly layers: readonly Layer[];
}

async function assemble({ kind, version, architecture, layers }: OwnImage): Promise<TaggedImage> {
  const image = assembleImage({
    architecture,
    labels: { [imageLabel]: kind, 'org.opencontainers.image.version': version },
    env: [`LD_LIBRARY_PATH=${libraryFolder}`],
    user: `${containerUsers.envoy}:${containerUsers.envoy}`,
    entrypoint: [kind === 'envoy' ? envoyPath : nodePath],
    layers: [await hashLayer(layerMembers(baseFiles)), ...layers],
  });
  const hash = image.configId.slice(0, 12);
  return { image, tag: kind === 'envoy' ? `calb-sim/envoy:${version}-${hash}` : `calb-sim/node:${hash}` };
}

/** `docker/pod.cjs` of the bundle that runs, or of the one that was built from this source tree. */
function findPodProgram(): string {
  const candidates = [
    './docker/pod.cjs',
    '../docker/pod.cjs',
    '../../docker/pod.cjs',
    '../../../../dist/docker/pod.cjs',
  ];
  const paths = candidates.map((path) => fileURLToPath(new URL(path, import.meta.url)));
  const found = paths.find((path) => existsSync(path));
  if (found === undefined) throw new Error(`docker/pod.cjs is missing in the bundle: run "npm run build"`);
  return found;
}
