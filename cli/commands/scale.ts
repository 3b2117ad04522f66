import type { Command } from 'commander';
import { findKind } from '../../src/resources/kinds.ts';
import { connect } from '../choose-instance.ts';
import { CliError } from '../cli-error.ts';
import { ApiFailure } from '../client.ts';
import type { CommandIo } from '../command-io.ts';
import { examples } from '../examples.ts';
import { exitCodes } from '../exit-codes.ts';
import { nameOption, wholeNumber } from '../options.ts';
import { count } from '../output/list-words.ts';

interface ScaleOptions {
  readonly namespace: string;
  readonly replicas: number;
  readonly name?: string;
}

/** `calb-sim scale deployment/NAME -n NS --replicas N`. */
export function defineScale(command: Command, io: CommandIo): void {
  nameOption(
    command
      .description(
        'Changes the number of pods of a Deployment while it runs. Its file is not touched, and wins again at its next save.',
      )
      .argument('<deployment/name>', 'which Deployment')
      .option('-n, --namespace <namespace>', 'its namespace', 'default')
      .requiredOption('--replicas <number>', 'how many pods; 0 for none', wholeNumber()),
  )
    .addHelpText(
      'after',
      examples([
        ['calb-sim scale deployment/active -n team-b --replicas 0', 'take all pods away'],
        ['calb-sim scale deploy/web --replicas 3', 'run three pods'],
      ]),
    )
    .action((target: string, options: ScaleOptions) => scale(io, target, options));
}

async function scale(io: CommandIo, target: string, options: ScaleOptions): Promise<void> {
  const { namespace, replicas } = options;
  const name = deploymentName(target);
  const path = `/apis/apps/v1/namespaces/${encodeURIComponent(namespace)}/deployments/${encodeURIComponent(name)}/scale`;
  const body = { spec: { replicas } };
  try {
    await connect(io, options).call(path, { method: 'PATCH', body });
  } catch (error) {
    if (error instanceof ApiFailure && error.reason === 'NotFound') {
      throw new CliError(
        exitCodes.noSuchObject,
        `deployments.apps "${name}" not found in namespace ${namespace}`,
        'calb-sim get deployments -A lists them',
      );
    }
    if (error instanceof ApiFailure) throw new CliError(exitCodes.usage, error.message);
    throw error;
  }
  io.stdout.write(`deployment.apps/${name} scaled to ${count(replicas, 'pod')}\n`);
}

function deploymentName(target: string): string {
  const [kind = '', name = '', ...rest] = target.split('/');
  if (findKind(kind)?.kind === 'Deployment' && name !== '' && rest.length === 0) return name;
  throw new CliError(
    exitCodes.usage,
    `"${target}" names no Deployment`,
    'calb-sim scale deployment/NAME -n NAMESPACE --replicas NUMBER',
  );
}
