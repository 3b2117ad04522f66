import type Dockerode from 'dockerode';
import { explainEngineFailure } from './explain-failure.ts';

/**
 * What the engine knows of an image; `undefined` when it does not have it.
 *
 * @throws {ImageUnavailable} when the engine fails, or `reference` is none
 */
export async function findImage(
  docker: Dockerode,
  reference: string,
): Promise<Dockerode.ImageInspectInfo | undefined> {
  try {
    return await docker.getImage(reference).inspect();
  } catch (error) {
    if ((error as { readonly statusCode?: number }).statusCode === 404) return undefined;
    throw explainEngineFailure(reference, error);
  }
}
