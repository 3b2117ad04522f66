import type Dockerode from 'dockerode';
import { podCommand } from '../pod-program/pod-command.ts';
import { buildImage } from './build-image.ts';
import { explainEngineFailure } from './explain-failure.ts';

/** A sample app as an image of its own. */
export interface AppImage {
  readonly app: 'echo' | 'httpbin';
  /** The image of Node with our program that the engine has. */
  readonly node: string;
  readonly tag: string;
}

/**
 * Tags an image that runs a sample app without being told: it takes the place of the published one.
 *
 * @throws {ImageUnavailable}
 */
export async function makeAppImage(docker: Dockerode, { app, node, tag }: AppImage): Promise<void> {
  try {
    const { Id } = await docker.getImage(node).inspect();
    const { Entrypoint, Cmd } = podCommand({ type: 'app', app });
    const command = JSON.stringify([...Entrypoint, ...Cmd]);
    const Dockerfile = Buffer.from(`FROM ${Id}\nENTRYPOINT ${command}\nCMD []\n`);
    await buildImage(docker, tag, { Dockerfile });
  } catch (error) {
    throw explainEngineFailure(tag, error, 'calb-sim doctor examines the engine');
  }
}
