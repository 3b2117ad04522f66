import { realpathSync } from 'node:fs';
import { sep } from 'node:path';
import { findInstance, type InstanceRecord, listInstances } from '../src/runtime/process/instances.ts';
import { CliError } from './cli-error.ts';
import { InstanceClient } from './client.ts';
import type { CommandIo } from './command-io.ts';
import { exitCodes } from './exit-codes.ts';
import { listWords } from './output/list-words.ts';

/**
 * Which running instance a command means: the named one (`--name`, `CALB_SIM_NAME`), else that of the current folder or
 * of a folder above it, else the only one that runs.
 *
 * @throws {CliError} exit 4 when none runs, exit 2 when several do and none was chosen
 */
export function chooseInstance(io: CommandIo, name: string | undefined): InstanceRecord {
  const wanted = name ?? (io.env.CALB_SIM_NAME || undefined);
  const running = listInstances(io.env);
  if (wanted !== undefined) {
    const named = running.find((record) => record.name === wanted);
    if (named !== undefined) return named;
    throw new CliError(exitCodes.environment, `no instance named ${wanted} runs`, startHint(running));
  }
  const [only, ...others] = running;
  const here = findInstance({ folder: io.cwd }, io.env) ?? above(running, io.cwd);
  if (here !== undefined) return here;
  if (only === undefined) throw new CliError(exitCodes.environment, 'no instance runs', startHint(running));
  if (others.length === 0) return only;
  throw new CliError(
    exitCodes.usage,
    `several instances run: ${listWords(running.map((record) => record.name))}`,
    `say which one: --name ${only.name}`,
  );
}

/** A client for the chosen instance. */
export function connect(io: CommandIo, options: { readonly name?: string }): InstanceClient {
  return new InstanceClient(chooseInstance(io, options.name));
}

/** The instance that serves the nearest folder above `cwd`. */
function above(running: readonly InstanceRecord[], cwd: string): InstanceRecord | undefined {
  const path = realpathSync(cwd);
  return running
    .filter(({ folder }) => path.startsWith(folder + sep))
    .sort((a, b) => b.folder.length - a.folder.length)[0];
}

function startHint(running: readonly InstanceRecord[]): string {
  if (running.length === 0) return 'calb-sim up FOLDER starts one';
  return `running are ${listWords(running.map(({ name }) => name))}; calb-sim up FOLDER starts another`;
}
