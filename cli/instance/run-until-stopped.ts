import type { InstanceClaim } from '../../src/runtime/process/instances.ts';
import type { Binding } from '../../src/runtime/runtime.ts';
import type { Fidelity } from '../../src/translate/translation.ts';
import { CliError } from '../cli-error.ts';
import type { CommandIo } from '../command-io.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import type { ChosenRuntime } from './choose-runtime.ts';
import type { EventOutput } from './event-output.ts';
import { onStopSignals, type StopWish } from './signals.ts';
import { startInstance } from './start-instance.ts';

export interface RunOptions {
  readonly io: CommandIo;
  readonly claim: InstanceClaim;
  readonly runtime: ChosenRuntime;
  readonly paths: readonly string[];
  /** Folder in which objects of the API outlive the instance, absolute. */
  readonly persist?: string | undefined;
  readonly fidelity: Fidelity;
  readonly output: EventOutput;
  /** When the command was started, milliseconds since the epoch. */
  readonly startedAtMs: number;
}

/** Why an instance is to stop. */
type Reason = { readonly exitCode: ExitCode; readonly conflicts?: readonly Binding[] };

/**
 * Runs an instance until a signal or the API stops it, or its ports cannot be had. Says what was removed; gives the
 * exit code.
 *
 * @throws {CliError} with exit code 5 when declared ports are taken at the start: it names all of them
 */
export async function runUntilStopped(options: RunOptions): Promise<ExitCode> {
  const { io, claim, runtime, paths, persist, fidelity, output, startedAtMs } = options;
  let wish: (reason: Reason) => void = () => {};
  let force: (wish: Pick<StopWish, 'exitCode'>) => void = ({ exitCode }) => process.exit(exitCode);
  const wished = new Promise<Reason>((resolve) => {
    wish = resolve;
  });
  output.onStopWish?.(({ isForced }) => {
    if (isForced) force({ exitCode: exitCodes.ok });
    else wish({ exitCode: exitCodes.ok });
  });
  onStopSignals(
    (first) => wish({ exitCode: first.exitCode }),
    (second) => force(second),
  );
  let isFirst = true;
  const instance = await startInstance({
    ...{ claim, runtime, fidelity, paths, persist, startedAtMs, env: io.env },
    onEvents: (events) => output.write(events),
    onStopWish: () => wish({ exitCode: exitCodes.ok }),
    onBindings: (bindings) => {
      const conflicts = isFirst ? bindings.filter(({ conflict }) => conflict !== undefined) : [];
      isFirst = false;
      if (conflicts.length > 0) wish({ exitCode: exitCodes.portConflict, conflicts });
    },
  });
  output.attach?.(instance.api);
  force = ({ exitCode }) => {
    io.stderr.write('stopping at once\n');
    instance.stop({ force: true }).finally(() => process.exit(exitCode));
  };
  const reason = await wished;
  const sinceMs = performance.now();
  if (output.format === 'plain') io.stderr.write('stopping …\n');
  output.stopping?.();
  const removed = await instance.stop({ force: false });
  instance.session.post({
    type: 'stopped',
    removed: { ...removed },
    durationMs: Math.round(performance.now() - sinceMs),
  });
  instance.session.flush();
  if (reason.conflicts !== undefined) throw portConflict(reason.conflicts);
  return reason.exitCode;
}

function portConflict(conflicts: readonly Binding[]): CliError {
  const lines = conflicts.map(
    ({ gateway, port, reach, conflict }) =>
      `  Gateway ${gateway}, port ${port} (${reach.address}): ${conflict}`,
  );
  const what = conflicts.length === 1 ? 'a port is' : `${conflicts.length} ports are`;
  return new CliError(
    exitCodes.portConflict,
    [`${what} taken:`, ...lines].join('\n'),
    'stop the programs that hold them, or give the listeners other ports',
  );
}
