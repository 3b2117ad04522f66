import type Dockerode from 'dockerode';
import { assembleImage } from '../../../src/runtime/docker/images/assembled-image.ts';
import { engineMessages } from '../../../src/runtime/docker/images/engine-messages.ts';
import { hashLayer, layerMembers } from '../../../src/runtime/docker/images/image-layer.ts';
import { parseImageReference } from '../../../src/runtime/docker/images/image-reference.ts';
import { loadImage } from '../../../src/runtime/docker/images/load-image.ts';
import { registryUser } from './docker-registry.ts';

export interface TestImage {
  /** What each layer holds. */
  readonly contents: readonly Buffer[];
  /** Default `amd64`. Nothing in it can be run. */
  readonly architecture?: string;
}

/** Gives the engine an image that nobody else has. */
export async function loadTestImage(
  docker: Dockerode,
  tag: string,
  { contents, architecture = 'amd64' }: TestImage,
): Promise<void> {
  const layers = await Promise.all(
    contents.map((source, index) =>
      hashLayer(layerMembers([{ path: `/data/${index}`, mode: 0o644, source }])),
    ),
  );
  const labels = { 'io.calb-sim.test': tag };
  const image = assembleImage({ architecture, labels, env: [], user: '', entrypoint: ['/none'], layers });
  await loadImage(docker, image, tag);
}

/** Removes images, those that are not there included. */
export async function removeImages(docker: Dockerode, references: readonly string[]): Promise<void> {
  for (const reference of references) {
    await docker
      .getImage(reference)
      .remove({ force: true })
      .catch(() => undefined);
  }
}

/** Pushes an image to the registry that its name begins with; answers its reference by digest. */
export async function pushImage(docker: Dockerode, reference: string): Promise<string> {
  const { name, version } = parseImageReference(reference);
  const authconfig = { ...registryUser, serveraddress: '' };
  const stream = await docker.getImage(reference).push({ tag: version, authconfig });
  let digest = '';
  for await (const message of engineMessages(stream as AsyncIterable<Buffer>)) {
    if (message.error !== undefined) throw new Error(message.error);
    digest = /digest: (sha256:\w+)/.exec(message.status ?? '')?.[1] ?? digest;
  }
  return `${name}@${digest}`;
}
