import { type EnvoyBinary, resolveEnvoy } from '../../src/runtime/process/envoy-binary.ts';
import { EnvoyUnavailable } from '../../src/runtime/process/envoy-unavailable.ts';
import { CliError } from '../cli-error.ts';
import type { CommandIo } from '../command-io.ts';
import { exitCodes } from '../exit-codes.ts';
import { ProgressBar } from '../output/progress.ts';

export interface EnvoyWish {
  /** `--envoy` */
  readonly explicit?: string | undefined;
  /** Nothing may be fetched. */
  readonly offline?: boolean;
}

/**
 * The Envoy to run, fetched with a progress bar where there is none yet.
 *
 * @throws {CliError} with exit code 4 when none can be had: it lists what was tried and what to type
 */
export async function findEnvoy(
  io: CommandIo,
  { explicit, offline = false }: EnvoyWish = {},
): Promise<EnvoyBinary> {
  let bar: ProgressBar | undefined;
  try {
    return await resolveEnvoy({
      env: io.env,
      explicit,
      mayFetch: !offline,
      onNote: (text) => io.stderr.write(`${text}\n`),
      onProgress: (progress) => {
        bar ??= new ProgressBar('Fetching Envoy, once', {
          stream: io.stderr,
          paint: io.paintError,
          now: io.now,
        });
        bar.update({ done: progress.done, total: progress.total });
      },
    });
  } catch (error) {
    if (!(error instanceof EnvoyUnavailable)) throw error;
    throw new CliError(exitCodes.environment, error.message);
  } finally {
    bar?.finish();
  }
}
