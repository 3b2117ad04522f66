import type { Command } from 'commander';
import type { RemovedDockerRemains } from '../../src/runtime/docker/ownership/remove-remains.ts';
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
import { removeFromEngine } from '../instance/remove-from-engine.ts';
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
  const [processes, containers] = await Promise.all([
    cleanUpDead(io.env),
    removeFromEngine({ env: io.env, all: options.all === true }),
  ]);
  const dead = [...new Set([...processes.instances, ...containers.instances])].sort();
  if (dead.length > 0) io.stdout.write(`${describeRemains(dead, processes, containers)}\n`);
  for (const line of containers.failed) io.stderr.write(`could not be removed: ${line}\n`);
  for (const name of containers.disconnected) {
    io.stdout.write(
      `disconnected the container ${name} from a network that was removed; it goes on running\n`,
    );
  }
  const wanted = instancesToStop(io, options, dead);
  const results = await Promise.all(wanted.map((instance) => stop(io, instance)));
  for (const line of results) io.stdout.write(`${line}\n`);
  if (wanted.length === 0 && dead.length === 0) io.stdout.write('nothing runs\n');
}

function instancesToStop(
  io: CommandIo,
  { all = false, name }: DownOptions,
  dead: readonly string[],
): readonly InstanceRecord[] {
  const running = listInstances(io.env);
  if (all) return running;
  // The wanted instance may have been the dead one.
  const isDone = name === undefined ? running.length === 0 : dead.includes(name);
  if (isDone && dead.length > 0) return [];
  return [chooseInstance(io, name)];
}

function describeRemains(
  dead: readonly string[],
  { proxies, hosts }: RemovedRemains,
  { containers, networks }: RemovedDockerRemains,
): string {
  const counts = [
    ...(proxies > 0 ? [count(proxies, 'Envoy')] : []),
    ...(hosts > 0 ? [count(hosts, 'pod host')] : []),
    ...(containers > 0 ? [count(containers, 'container')] : []),
    ...(networks > 0 ? [count(networks, 'network')] : []),
  ];
  return `removed what ${listWords(dead)} had left: ${counts.length === 0 ? 'files' : counts.join(', ')}`;
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
