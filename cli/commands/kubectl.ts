import { spawn } from 'node:child_process';
import { renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import type { CommandIo } from '../command-io.ts';
import { examples } from '../examples.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { instanceKubeconfig } from '../kubectl/instance-kubeconfig.ts';
import { nameOption } from '../options.ts';
import { formatYaml } from '../output/yaml.ts';

/** `calb-sim kubectl ARGUMENT…`. */
export function defineKubectl(command: Command, io: CommandIo): void {
  nameOption(
    command
      .description(
        "Runs your kubectl on the running instance, without any set-up. Everything from kubectl's first word on is its own; it ends with kubectl's exit code.",
      )
      .argument('[arguments...]', "kubectl's own")
      .allowUnknownOption()
      .passThroughOptions(),
  )
    .addHelpText(
      'after',
      examples([
        ['calb-sim kubectl get gateways,httproutes -A', ''],
        ['calb-sim kubectl scale deployment active -n team-b --replicas=0', 'as in a cluster'],
        ['calb-sim kubectl --name demo get pods -A', 'of another instance'],
      ]),
    )
    .action((given: readonly string[], options: { readonly name?: string }) => run(io, given, options));
}

async function run(
  io: CommandIo,
  given: readonly string[],
  { name }: { readonly name?: string },
): Promise<void> {
  const { record, kubeconfig } = await instanceKubeconfig(io, name);
  // The instance's own folder goes when the instance does; nobody else can enter it.
  const path = join(dirname(record.apiSocket), 'kubeconfig');
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, formatYaml([kubeconfig]), { mode: 0o600 });
  renameSync(draft, path);
  const child = spawn('kubectl', given, { stdio: 'inherit', env: { ...io.env, KUBECONFIG: path } });
  // Ctrl-C reaches kubectl too, which decides what it means.
  const ignore = () => {};
  for (const signal of ['SIGINT', 'SIGQUIT'] as const) process.on(signal, ignore);
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  io.exitCode = await new Promise<ExitCode>((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => reject(noKubectl(error)));
    child.once('exit', (code, signal) => resolve((code ?? signalCode(signal)) as ExitCode));
  });
}

function noKubectl(error: NodeJS.ErrnoException): Error {
  if (error.code !== 'ENOENT') return error;
  return new CliError(
    exitCodes.environment,
    'kubectl is not on the PATH',
    'install it, or use calb-sim get, scale, logs and describe, which need none',
  );
}

/** As shells give it. */
function signalCode(signal: NodeJS.Signals | null): number {
  return { SIGHUP: 129, SIGINT: 130, SIGKILL: 137, SIGTERM: 143 }[String(signal)] ?? 1;
}
