import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import type Dockerode from 'dockerode';
import { containerUsers } from './base-files.ts';
import { engineMessages } from './engine-messages.ts';
import { explainEngineFailure } from './explain-failure.ts';
import { findImage } from './find-image.ts';
import { type FindOrPullOptions, findOrPull } from './find-or-pull.ts';
import { nodePath, podProgramPath } from './image-paths.ts';
import type { ImageRef } from './image-ref.ts';
import { parseImageReference } from './image-reference.ts';
import { imageLabel } from './own-image-ids.ts';
import { tarChunks } from './tar-archive.ts';

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
    await build(docker, reference, { dockerfile: Buffer.from(dockerfile), script });
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

interface BuildContext {
  readonly dockerfile: Buffer;
  readonly script: Buffer;
}

async function build(docker: Dockerode, tag: string, { dockerfile, script }: BuildContext): Promise<void> {
  const file = (path: string, content: Buffer) =>
    ({ type: 'file', path, mode: 0o644, size: content.length, chunks: () => [content] }) as const;
  const context = tarChunks([file('Dockerfile', dockerfile), file('pod.cjs', script)]);
  // The classic builder: it takes the base from the engine's own images by id and asks no registry.
  const options = { t: tag, rm: true, forcerm: true, version: '1' as const };
  const response = await docker.buildImage(Readable.from(context, { objectMode: false }), options);
  for await (const { error } of engineMessages(response)) if (error !== undefined) throw new Error(error);
}
