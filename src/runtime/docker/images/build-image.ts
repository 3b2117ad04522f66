import { Readable } from 'node:stream';
import type Dockerode from 'dockerode';
import { engineMessages } from './engine-messages.ts';
import { tarChunks } from './tar-archive.ts';

/**
 * Builds an image from a Dockerfile and the files that it copies, by name.
 *
 * @throws the engine's error
 */
export async function buildImage(
  docker: Dockerode,
  tag: string,
  files: Readonly<Record<string, Buffer>> & { readonly Dockerfile: Buffer },
): Promise<void> {
  const entries = Object.entries(files).map(
    ([path, content]) =>
      ({ type: 'file', path, mode: 0o644, size: content.length, chunks: () => [content] }) as const,
  );
  // The classic builder: it takes the base from the engine's own images by id and asks no registry.
  const options = { t: tag, rm: true, forcerm: true, version: '1' as const };
  const response = await docker.buildImage(Readable.from(tarChunks(entries), { objectMode: false }), options);
  for await (const { error } of engineMessages(response)) if (error !== undefined) throw new Error(error);
}
