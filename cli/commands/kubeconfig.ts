import { mkdirSync, readFileSync, realpathSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import type { Command } from 'commander';
import { CliError } from '../cli-error.ts';
import type { CommandIo } from '../command-io.ts';
import { examples } from '../examples.ts';
import { exitCodes } from '../exit-codes.ts';
import { instanceKubeconfig } from '../kubectl/instance-kubeconfig.ts';
import { mergeKubeconfig } from '../kubectl/merge-kubeconfig.ts';
import { nameOption } from '../options.ts';
import { formatYaml } from '../output/yaml.ts';

interface KubeconfigOptions {
  readonly merge?: true;
  readonly name?: string;
}

/** `calb-sim kubeconfig`. */
export function defineKubeconfig(command: Command, io: CommandIo): void {
  nameOption(
    command
      .description(
        'Prints a kubeconfig for the running instance, or adds it to yours. It stays valid when the instance is started again. It holds a token that owns the instance: keep it to yourself.',
      )
      .option('--merge', 'add it to $KUBECONFIG or ~/.kube/config, as context calb-sim'),
  )
    .addHelpText(
      'after',
      examples([
        ['calb-sim kubeconfig --merge', 'then: kubectl --context calb-sim get gateways -A'],
        ['calb-sim kubeconfig', 'for a file of its own'],
      ]),
    )
    .action((options: KubeconfigOptions) => kubeconfig(io, options));
}

async function kubeconfig(io: CommandIo, { merge, name }: KubeconfigOptions): Promise<void> {
  const { kubeconfig: made } = await instanceKubeconfig(io, name);
  if (merge !== true) {
    io.stdout.write(formatYaml([made]));
    return;
  }
  const path = targetOf(io);
  writeWhole(
    path,
    merged(path, (text) => mergeKubeconfig(text, made)),
  );
  const context = made['current-context'];
  io.stdout.write(`context ${context} is in ${path}: kubectl --context ${context} get gateways -A\n`);
}

/** The first file of KUBECONFIG, else kubectl's own. */
function targetOf({ env }: CommandIo): string {
  const [first] = (env.KUBECONFIG ?? '').split(delimiter).filter((path) => path !== '');
  return first ?? join(env.HOME || homedir(), '.kube', 'config');
}

function merged(path: string, merge: (text: string) => string): string {
  try {
    return merge(readIfThere(path));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new CliError(
      exitCodes.usage,
      `${path} was left as it is: ${reason}`,
      'calb-sim kubeconfig prints it without --merge',
    );
  }
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

/** In one step, for this user only; where the path is a link, the file that it leads to. */
function writeWhole(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const stats = statSync(path, { throwIfNoEntry: false });
  const target = stats === undefined ? path : realpathSync(path);
  const draft = `${target}.calb-sim-${process.pid}`;
  writeFileSync(draft, text, { mode: stats === undefined ? 0o600 : stats.mode & 0o700 });
  renameSync(draft, target);
}
