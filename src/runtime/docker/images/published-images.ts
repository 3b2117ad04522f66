import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { containerUsers } from './base-files.ts';
import { buildImage } from './build-image.ts';
import { explainEngineFailure } from './explain-failure.ts';
import { findImage } from './find-image.ts';
import { type FindOrPullOptions, findOrPull } from './find-or-pull.ts';
import { nodePath, podProgramPath } from './image-paths.ts';
import type { ImageRef } from './image-ref.ts';
import { parseImageReference } from './image-reference.ts';
import { imageLabel } from './own-image-ids.ts';

/** The image that Envoy's project publishes, by the name under which Envoy Gateway runs it. */
export function publishedEnvoy(version: string): string {
  return `envoyproxy/envoy:distroless-v${version}`;
}

/** The image that Node's project publishes, of the major version that runs here. */
export function publishedNode(): string {
  return `node:${process.versions.node.split('.')[0]}-slim`;
}

/**
 * Envoy's image as it is published, or as a person names it: present, or pulled.
 *
 * @throws {ImageUnavailable}
 */
export async function ensurePublishedEnvoy(options: FindOrPullOptions): Promise<ImageRef> {
  const { image, origin } = await findOrPull(options);
  return { reference: parseImageReference(options.reference).exact, id: image.Id, origin };
}

/**
 * Node's image as it is published, present or pulled, with the program of our containers on top.
 *
 * @throws {ImageUnavailable}
 */
export async function ensureNodeOnPublished(
  options: FindOrPullOptions & { readonly podProgram: string },
): Promise<ImageRef> {
  const { docker, podProgram } = options;
  const { image } = await findOrPull(options);
  const script = readFileSync(podProgram);
  const dockerfile = derivedFrom(image.Id);
  const hash = createHash('sha256').update(dockerfile).update(script).digest('hex').slice(0, 12);
  const reference = `calb-sim/node:${hash}`;
  const present = await findImage(docker, reference);
  if (present !== undefined) return { reference, id: present.Id, origin: 'present' };
  try {
    await buildImage(docker, reference, { Dockerfile: Buffer.from(dockerfile), 'pod.cjs': script });
    const { Id: id } = await docker.getImage(reference).inspect();
    return { reference, id, origin: 'assembled' };
  } catch (error) {
    throw explainEngineFailure(reference, error, 'calb-sim doctor examines the engine');
  }
}

function derivedFrom(id: string): string {
  const user = containerUsers.envoy;
  return [
    `FROM ${id}`,
    `COPY pod.cjs ${podProgramPath}`,
    `LABEL ${imageLabel}=node`,
    `USER ${user}:${user}`,
    `ENTRYPOINT ["${nodePath}"]`,
    'CMD []',
    '',
  ].join('\n');
}
