import type { Command } from 'commander';
import { RemoteSource } from '../attach/remote-source.ts';
import { chooseInstance } from '../choose-instance.ts';
import { CliError } from '../cli-error.ts';
import { InstanceClient } from '../client.ts';
import type { CommandIo } from '../command-io.ts';
import { examples } from '../examples.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { packageFacts } from '../package-root.ts';

interface AttachOptions {
  readonly write?: true;
}

/** `calb-sim attach [NAME]`. */
export function defineAttach(command: Command, io: CommandIo): void {
  command
    .description(
      'Shows the screen of calb-sim up for an instance that runs elsewhere. It only watches, unless --write is given; q leaves, and the instance runs on. Ends by itself with the instance: with 0 when that was stopped, with 4 when it was killed.',
    )
    .argument('[name]', 'the instance; default: that of this folder, else the only one')
    .option('--write', 'let keys scale, kill, restart and read files again')
    .addHelpText(
      'after',
      examples([
        ['calb-sim attach', 'in a second terminal'],
        ['calb-sim attach demo --write', 'with all keys'],
      ]),
    )
    .action((name: string | undefined, options: AttachOptions) => attach(io, name, options));
}

async function attach(io: CommandIo, name: string | undefined, { write }: AttachOptions): Promise<void> {
  const { stdin } = process;
  if (stdin.isTTY !== true || io.stdout.isTTY !== true || io.env.TERM === 'dumb') {
    throw new CliError(exitCodes.usage, 'attach needs a terminal', 'calb-sim events shows the same as lines');
  }
  const record = chooseInstance(io, name);
  const client = new InstanceClient(record);
  const source = await RemoteSource.open(client, { instance: record.name, isReadOnly: write !== true });
  const { App } = await import('../tui/app.ts');
  let leave: (exitCode: ExitCode) => void = () => {};
  const left = new Promise<ExitCode>((resolve) => {
    leave = resolve;
  });
  const app = App.open({
    ...{ io, stdin, version: packageFacts().version },
    onStop: () => leave(exitCodes.ok),
  });
  const onSignal = { SIGINT: exitCodes.interrupted, SIGTERM: exitCodes.terminated, SIGHUP: exitCodes.hangup };
  for (const [signal, exitCode] of Object.entries(onSignal)) process.once(signal, () => leave(exitCode));
  source.onEnd(() => leave(source.end?.isOrderly === true ? exitCodes.ok : exitCodes.environment));
  await app.loadRenderer();
  app.attach(source);
  io.exitCode = await left;
  source.close();
  app.close();
  if (app.isGone) return;
  if (source.end !== undefined) io.stderr.write(`${source.end.reason}\n`);
  else io.stdout.write(`${record.name} runs on · calb-sim attach ${record.name} shows it again\n`);
}
