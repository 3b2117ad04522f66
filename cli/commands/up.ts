import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import type { Engine } from '../../src/runtime/docker/engine/engine.ts';
import { CliError } from '../cli-error.ts';
import type { CommandIo } from '../command-io.ts';
import { examples } from '../examples.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { chooseRuntime } from '../instance/choose-runtime.ts';
import { claimName } from '../instance/claim-name.ts';
import { createEventOutput, type EventOutput } from '../instance/event-output.ts';
import { outputFormat } from '../instance/output-format.ts';
import { runUntilStopped } from '../instance/run-until-stopped.ts';
import { nameOption } from '../options.ts';
import { count, listWords } from '../output/list-words.ts';

interface UpOptions {
  readonly output?: 'tui' | 'plain' | 'json';
  readonly runtime: 'auto' | 'docker' | 'process';
  readonly fidelity: 'local' | 'envoy-gateway';
  readonly envoy?: string;
  readonly envoyImage?: string;
  readonly offline?: true;
  readonly persist?: string;
  readonly name?: string;
  readonly requests: boolean;
  readonly verbose?: true;
}

/** `calb-sim up`. */
export function defineUp(command: Command, io: CommandIo): void {
  nameOption(
    command
      .description(
        'Runs the YAML of folders and files on real Envoys until it is stopped, one Envoy per tenant, and reloads it\non save.',
      )
      .argument('[paths...]', 'folders and files; default: the current folder')
      .addOption(
        new Option('--output <format>', 'how events are shown')
          .choices(['tui', 'plain', 'json'])
          .env('CALB_SIM_OUTPUT'),
      )
      .addOption(
        new Option('--runtime <runtime>', 'who runs Envoys and pods')
          .choices(['auto', 'docker', 'process'])
          .default('auto')
          .env('CALB_SIM_RUNTIME'),
      )
      .addOption(
        new Option(
          '--fidelity <fidelity>',
          'health checks as fast as a demo wants them, or exactly as Envoy Gateway',
        )
          .choices(['local', 'envoy-gateway'])
          .default('local')
          .env('CALB_SIM_FIDELITY'),
      )
      .option('--envoy <path>', 'the Envoy to run (CALB_SIM_ENVOY)')
      .option('--envoy-image <image>', 'the image of the Envoy to run in containers, by tag or digest')
      .option('--offline', 'fetch nothing: neither Envoy nor images')
      .option('--persist <folder>', 'keep objects that are made through the API as YAML in a folder')
      .option('--no-requests', 'leave out an event for each request')
      .option('-v, --verbose', 'say more about what is done'),
  )
    .addHelpText(
      'after',
      examples([
        ['calb-sim up', 'run the current folder'],
        ['calb-sim up demo --name demo', 'give the instance a name'],
        ['calb-sim up demo --runtime docker', 'one Envoy container per tenant, its pods beside it'],
        ['calb-sim up demo --output json | jq -c \'select(.type=="EndpointEjected")\'', 'for scripts'],
      ]),
    )
    .action((paths: readonly string[], options: UpOptions) => up(io, paths, options));
}

async function up(io: CommandIo, given: readonly string[], options: UpOptions): Promise<void> {
  const startedAtMs = io.now() - performance.now();
  const paths = existingPaths(io, given);
  const format = outputFormat(io, options.output);
  if (format !== 'tui') {
    io.exitCode = await run({
      io,
      paths,
      options,
      startedAtMs,
      output: createEventOutput(io, { ...options, format }),
    });
    exitSoon(io.exitCode);
    return;
  }
  const { openScreenOutput } = await import('../tui/screen-output.ts');
  const screen = openScreenOutput(io);
  try {
    io.exitCode = await run({ io: screen.io, paths, options, startedAtMs, output: screen });
  } finally {
    screen.close?.();
  }
  exitSoon(io.exitCode);
}

interface Run {
  readonly io: CommandIo;
  readonly paths: readonly string[];
  readonly options: UpOptions;
  readonly startedAtMs: number;
  readonly output: EventOutput;
}

async function run({ io, paths, options, startedAtMs, output }: Run): Promise<ExitCode> {
  const runtime = await chooseRuntime({ ...options, io, offline: options.offline === true });
  if (runtime.name === 'docker') await clearEngine(io, runtime.engine);
  const claim = await claimName({ io, paths, name: options.name, runtime: runtime.name });
  try {
    return await runUntilStopped({
      ...{ io, claim, runtime, paths, output, startedAtMs },
      fidelity: options.fidelity,
      persist: options.persist === undefined ? undefined : resolve(io.cwd, options.persist),
    });
  } finally {
    claim.release();
  }
}

/** What instances that died have left may hold ports and names. Where nothing is left, this is two questions. */
async function clearEngine(io: CommandIo, { docker }: Engine): Promise<void> {
  const { removeDockerRemains } = await import('../../src/runtime/docker/ownership/remove-remains.ts');
  const { instances, containers, networks } = await removeDockerRemains({ docker });
  if (instances.length === 0) return;
  const counts = `${count(containers, 'container')}, ${count(networks, 'network')}`;
  io.stderr.write(`removed what ${listWords(instances)} had left: ${counts}\n`);
}

/** Paths relative to the working folder, as people want to read them. */
function existingPaths(io: CommandIo, given: readonly string[]): readonly string[] {
  const paths = given.length === 0 ? ['.'] : given;
  for (const path of paths) {
    if (existsSync(resolve(io.cwd, path))) continue;
    throw new CliError(
      exitCodes.usage,
      `there is no ${path}`,
      'name a folder or file that exists, or calb-sim init',
    );
  }
  return paths.map((path) => relative(io.cwd, resolve(io.cwd, path)) || '.');
}

/** Everything is stopped: what a library still holds open must not keep the process. */
function exitSoon(code: ExitCode): void {
  process.exitCode = code;
  setTimeout(() => process.exit(code), 500).unref();
}
