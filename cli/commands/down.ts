import type { Command } from 'commander';
import {
  cleanUpDead,
  type InstanceRecord,
  listInstances,
  type RemovedRemains,
} from '../../src/runtime/process/instances.ts';
import { chooseInstance } from '../choose-instance.ts';
import { CliError } from '../cli-error.ts';
import { InstanceClient } from '../client.ts';
import type { CommandIo } from '../command-io.ts';
import { examples } from '../examples.ts';
import { exitCodes } from '../exit-codes.ts';
import { nameOption } from '../options.ts';
import { count, listWords } from '../output/list-words.ts';

/** How long an instance may take to stop, milliseconds. */
const patienceMs = 12_000;

interface DownOptions {
  readonly all?: boolean;
  readonly name?: string;
}

/** `calb-sim down [--all]`. */
export function defineDown(command: Command, io: CommandIo): void {
  nameOption(
    command
      .description('Stops the instance of this folder and removes what instances that died have left behind.')
      .option('-a, --all', 'stop all instances'),
  )
    .addHelpText(
      'after',
      examples([
        ['calb-sim down', 'stop the instance of this folder'],
        ['calb-sim down --name demo', 'stop the instance named demo'],
        ['calb-sim down --all', 'stop everything that calb-sim runs'],
      ]),
    )
    .action((options: DownOptions) => down(io, options));
}

async function down(io: CommandIo, options: DownOptions): Promise<void> {
  const remains = await cleanUpDead(io.env);
  if (remains.instances.length > 0) io.stdout.write(`${describeRemains(remains)}\n`);
  const wanted = instancesToStop(io, options, remains);
  const results = await Promise.all(wanted.map((instance) => stop(io, instance)));
  for (const line of results) io.stdout.write(`${line}\n`);
  if (wanted.length === 0 && remains.instances.length === 0) io.stdout.write('nothing runs\n');
}

function instancesToStop(
  io: CommandIo,
  { all = false, name }: DownOptions,
  remains: RemovedRemains,
): readonly InstanceRecord[] {
  const running = listInstances(io.env);
  if (all) return running;
  // The wanted instance may have been the dead one.
  const isDone = name === undefined ? running.length === 0 : remains.instances.includes(name);
  if (isDone && remains.instances.length > 0) return [];
  return [chooseInstance(io, name)];
}

function describeRemains({ instances, proxies, hosts }: RemovedRemains): string {
  const counts = [count(proxies, 'Envoy'), count(hosts, 'pod host')].join(', ');
  return `removed what ${listWords(instances)} had left: ${counts}`;
}

async function stop(io: CommandIo, instance: InstanceRecord): Promise<string> {
  const begin = io.now();
  await new InstanceClient(instance).call('/calb/v1/stop', { method: 'POST' });
  while (isRunning(io, instance)) {
    if (io.now() - begin > patienceMs) {
      throw new CliError(
        exitCodes.timedOut,
        `${instance.name} (pid ${instance.pid}) has not stopped after ${patienceMs / 1000} s`,
        `kill -9 ${instance.pid} && calb-sim down`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return `stopped ${instance.name} in ${((io.now() - begin) / 1000).toFixed(1)} s`;
}

function isRunning(io: CommandIo, { name, pid }: InstanceRecord): boolean {
  return listInstances(io.env).some((record) => record.name === name && record.pid === pid);
}
