import { createHash } from 'node:crypto';
import type { Layer } from './image-layer.ts';
import { type TarMember, tarChunks, tarSize } from './tar-archive.ts';

/** What an image of our own consists of. */
export interface ImageContent {
  /** As images name it: `amd64`, `arm64`. */
  readonly architecture: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly env: readonly string[];
  readonly user: string;
  readonly entrypoint: readonly string[];
  readonly layers: readonly Layer[];
}

/** An image of our own: its configuration and what it is known by. */
export interface AssembledImage {
  readonly layers: readonly Layer[];
  /** The image's configuration (OCI image specification), as JSON. */
  readonly config: string;
  /** Hexadecimal SHA-256 of `config`. Equal contents have equal ones. */
  readonly configId: string;
}

/** Everything is as old as the epoch, so that equal contents are one image. */
const created = '1970-01-01T00:00:00Z';

/** Puts the configuration together. */
export function assembleImage(content: ImageContent): AssembledImage {
  const { architecture, labels, env, user, entrypoint, layers } = content;
  const config = JSON.stringify({
    architecture,
    os: 'linux',
    created,
    config: { User: user, Env: env, Entrypoint: entrypoint, Cmd: [], Labels: labels },
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => `sha256:${diffId}`) },
    history: layers.map(() => ({ created, created_by: 'calb-sim' })),
  });
  return { layers, config, configId: createHash('sha256').update(config).digest('hex') };
}

/**
 * The archive of an image, as `POST /images/load` takes it.
 *
 * @param isSent says which layers are in it: the engine takes those that are not from what it has
 */
export function imageArchive(
  { layers, config, configId }: AssembledImage,
  tag: string,
  isSent: (index: number) => boolean,
): AsyncGenerator<Buffer> {
  const sent = new Map(layers.filter((_layer, index) => isSent(index)).map((layer) => [layer.diffId, layer]));
  const manifest = [
    { Config: `${configId}.json`, RepoTags: [tag], Layers: layers.map(({ diffId }) => `${diffId}.tar`) },
  ];
  return tarChunks([
    ...[...sent.values()].map(layerMember),
    textMember(`${configId}.json`, config),
    textMember('manifest.json', JSON.stringify(manifest)),
  ]);
}

function layerMember({ diffId, members }: Layer): TarMember {
  return {
    type: 'file',
    path: `${diffId}.tar`,
    mode: 0o644,
    size: tarSize(members),
    chunks: () => tarChunks(members),
  };
}

function textMember(path: string, text: string): TarMember {
  const bytes = Buffer.from(text);
  return { type: 'file', path, mode: 0o644, size: bytes.length, chunks: () => [bytes] };
}
