import { Readable } from 'node:stream';
import type Dockerode from 'dockerode';
import { type AssembledImage, imageArchive } from './assembled-image.ts';
import { engineMessages } from './engine-messages.ts';
import { explainEngineFailure } from './explain-failure.ts';
import { ownImageIds } from './own-image-ids.ts';

/**
 * Gives an image to the engine, under a tag. Layers that the engine has already are not sent again.
 *
 * @throws {ImageUnavailable} when the engine does not take it, such as for want of space
 */
export async function loadImage(docker: Dockerode, image: AssembledImage, tag: string): Promise<void> {
  const known = await knownLayers(docker);
  const count = image.layers.length;
  const present = Array.from({ length: count }, (_, index) => isKnown(image, index, known));
  try {
    await send(docker, image, { tag, isSent: (index) => present[index] !== true });
  } catch (error) {
    if (!present.includes(true))
      throw explainEngineFailure(tag, error, 'calb-sim doctor examines the engine');
    // Engines differ in what they accept without a layer's content; all accept whole images.
    try {
      await send(docker, image, { tag, isSent: () => true });
    } catch (whole) {
      throw explainEngineFailure(tag, whole, 'calb-sim doctor examines the engine');
    }
  }
}

interface Sending {
  readonly tag: string;
  readonly isSent: (index: number) => boolean;
}

async function send(docker: Dockerode, image: AssembledImage, { tag, isSent }: Sending): Promise<void> {
  const archive = Readable.from(imageArchive(image, tag, isSent), { objectMode: false });
  const response = await docker.loadImage(archive, { quiet: true });
  for await (const message of engineMessages(response)) {
    if (message.error !== undefined) throw new Error(message.error);
  }
}

/** Layers of the images of ours that the engine has, each from the bottom up. */
async function knownLayers(docker: Dockerode): Promise<readonly (readonly string[])[]> {
  const ids = await ownImageIds(docker);
  return Promise.all(
    ids.map((id) =>
      docker
        .getImage(id)
        .inspect()
        .then(
          ({ RootFS }) => RootFS.Layers ?? [],
          // It was removed a moment ago.
          () => [],
        ),
    ),
  );
}

/** The engine knows a layer by all that lies below it, too. */
function isKnown({ layers }: AssembledImage, index: number, known: readonly (readonly string[])[]): boolean {
  const wanted = layers.slice(0, index + 1).map(({ diffId }) => `sha256:${diffId}`);
  return known.some((stack) => wanted.every((diffId, at) => stack[at] === diffId));
}
