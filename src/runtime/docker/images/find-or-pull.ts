import type Dockerode from 'dockerode';
import { findImage } from './find-image.ts';
import { parseImageReference } from './image-reference.ts';
import { ImageUnavailable } from './image-unavailable.ts';
import { otherArchitecture, type PullOptions, pullImage } from './pull-image.ts';

export interface FindOrPullOptions extends PullOptions {
  /** Nothing may be pulled. */
  readonly offline?: boolean;
  /** An image for another architecture will do: the engine emulates it. */
  readonly canEmulate?: boolean;
}

/** An image that the engine has, and how it got there. */
export interface FoundImage {
  readonly image: Dockerode.ImageInspectInfo;
  readonly origin: 'present' | 'pulled';
}

/** What can be tried where there is no image for the engine's own architecture, the most common first. */
const emulated = ['linux/amd64', 'linux/arm64'];

/**
 * The image that the engine has, or pulls. One that is here for another architecture is no reason not to look for the
 * right one.
 *
 * @throws {ImageUnavailable}
 */
export async function findOrPull(options: FindOrPullOptions): Promise<FoundImage> {
  const { docker, reference, platform, offline, canEmulate } = options;
  const present = await findImage(docker, parseImageReference(reference).exact);
  const fits = present !== undefined && `linux/${present.Architecture}` === platform;
  if (present !== undefined && (fits || canEmulate === true)) return { image: present, origin: 'present' };
  if (offline === true) {
    if (present !== undefined)
      throw otherArchitecture(reference, present.Architecture, platform.split('/')[1]);
    throw new ImageUnavailable(reference, 'offline', {
      message: `${reference} is not on this machine, and nothing may be pulled (--offline)`,
      hint: `docker pull ${reference}, or leave --offline out`,
    });
  }
  return { image: await pullFitting(options), origin: 'pulled' };
}

async function pullFitting(options: FindOrPullOptions): Promise<Dockerode.ImageInspectInfo> {
  try {
    return await pullImage(options);
  } catch (error) {
    const isOther = error instanceof ImageUnavailable && error.problem === 'wrong-architecture';
    const other = emulated.find((platform) => platform !== options.platform);
    if (!isOther || options.canEmulate !== true || other === undefined) throw error;
    return pullImage({ ...options, platform: other });
  }
}
