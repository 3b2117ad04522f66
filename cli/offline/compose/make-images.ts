import { makeAppImage } from '../../../src/runtime/docker/images/app-image.ts';
import { parseImageReference } from '../../../src/runtime/docker/images/image-reference.ts';
import { CliError } from '../../cli-error.ts';
import type { CommandIo } from '../../command-io.ts';
import { exitCodes } from '../../exit-codes.ts';
import { chooseRuntime } from '../../instance/choose-runtime.ts';
import { composeImages } from './compose-images.ts';

/**
 * Makes the images of an exported `docker-compose.yaml` from the Envoy and the Node of this machine, or has them already.
 * Answers the variables that name them.
 *
 * @throws {CliError} with exit code 4 where no engine answers, or an image cannot be had
 */
export async function makeComposeImages(io: CommandIo): Promise<Readonly<Record<string, string>>> {
  const chosen = await chooseRuntime({ io, runtime: 'docker', offline: false });
  if (chosen.name !== 'docker') throw new CliError(exitCodes.environment, 'no Docker engine answers');
  const { docker } = chosen.engine;
  const { name: repo, version: tag } = parseImageReference(composeImages.envoy.local);
  await docker.getImage(chosen.images.envoy).tag({ repo, tag });
  for (const app of ['echo', 'httpbin'] as const)
    await makeAppImage(docker, { app, node: chosen.images.node, tag: composeImages[app].local });
  return Object.fromEntries(Object.values(composeImages).map(({ variable, local }) => [variable, local]));
}
