import { resolve } from 'node:path';
import {
  claimInstance,
  cleanUpDead,
  defaultInstanceName,
  type InstanceClaim,
  type InstanceRecord,
  InstanceTaken,
  instanceNameProblem,
} from '../../src/runtime/process/instances.ts';
import { CliError } from '../cli-error.ts';
import type { CommandIo } from '../command-io.ts';
import { exitCodes } from '../exit-codes.ts';
import { packageFacts } from '../package-root.ts';

export interface NameWish {
  readonly io: CommandIo;
  /** What is served, relative to the working folder; the first one names the instance. */
  readonly paths: readonly string[];
  /** `--name` or `CALB_SIM_NAME`. */
  readonly name: string | undefined;
  readonly runtime: InstanceRecord['runtime'];
}

/**
 * Takes the instance's name for this process, after what dead instances left was removed.
 *
 * @throws {CliError} when the name cannot be one (2), or an instance of that name runs (4)
 */
export async function claimName({ io, paths, name: wanted, runtime }: NameWish): Promise<InstanceClaim> {
  const { env } = io;
  const folder = resolve(io.cwd, paths[0] ?? '.');
  const name = wanted ?? defaultInstanceName(folder, env);
  const problem = instanceNameProblem(name);
  if (problem !== undefined) throw new CliError(exitCodes.usage, `"${name}" cannot be a name: ${problem}`);
  await cleanUpDead(env);
  try {
    return await claimInstance({ name, folder, version: packageFacts().version, runtime, env });
  } catch (error) {
    if (!(error instanceof InstanceTaken)) throw error;
    throw new CliError(
      exitCodes.environment,
      error.message,
      `calb-sim down --name ${name}, or give this one --name`,
    );
  }
}
