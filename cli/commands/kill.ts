import type { Command } from 'commander';
import { connect } from '../choose-instance.ts';
import { CliError } from '../cli-error.ts';
import { ApiFailure } from '../client.ts';
import type { CommandIo } from '../command-io.ts';
import { examples } from '../examples.ts';
import { exitCodes } from '../exit-codes.ts';
import { chooseLogs } from '../logs/choose-logs.ts';
import { nameOption } from '../options.ts';

interface KillOptions {
  readonly namespace?: string;
  readonly name?: string;
}

/** `calb-sim kill pod/NAME`. */
export function defineKill(command: Command, io: CommandIo): void {
  nameOption(
    command
      .description(
        'Ends the program of a pod as if it had crashed. It is started again as Kubernetes does: soon, and after growing pauses when it ends again.',
      )
      .argument('<target>', 'pod/NAME, or deployment/NAME for all of its pods')
      .option('-n, --namespace <namespace>', 'of the pod; default: the only one that fits'),
  )
    .addHelpText(
      'after',
      examples([
        ['calb-sim kill pod/active-858c6d4d7c-cs8zm -n team-b', ''],
        ['calb-sim kill deployment/active', 'all of its pods at once'],
      ]),
    )
    .action((target: string, options: KillOptions) => kill(io, target, options));
}

async function kill(io: CommandIo, target: string, options: KillOptions): Promise<void> {
  if (!target.includes('/')) {
    throw new CliError(exitCodes.usage, `"${target}" names no pod`, `calb-sim kill pod/${target}`);
  }
  const client = connect(io, options);
  const pods = await chooseLogs(client, target, options);
  for (const pod of pods) {
    const [, namespace = '', name = ''] = pod.split('/').map(encodeURIComponent);
    try {
      await client.call(`/calb/v1/pods/${namespace}/${name}/kill`, { method: 'POST' });
      io.stdout.write(`pod/${name} killed\n`);
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      io.stderr.write(`${error.message}\n`);
      io.exitCode = exitCodes.fault;
    }
  }
}
