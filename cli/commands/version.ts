import type { Command } from 'commander';
import type { CommandIo } from '../command-io.ts';
import { examples } from '../examples.ts';
import { outputOption } from '../options.ts';
import { formatJson } from '../output/json.ts';
import { packageFacts } from '../package-root.ts';

/** `calb-sim version`. */
export function defineVersion(command: Command, io: CommandIo): void {
  command
    .description('Prints the version of calb-sim and of the Node that runs it.')
    .addOption(outputOption(['text', 'json']))
    .addHelpText(
      'after',
      examples([
        ['calb-sim version', ''],
        ['calb-sim version -o json', 'for scripts'],
      ]),
    )
    .action(({ output }: { readonly output: string }) => {
      const { version } = packageFacts();
      const facts = { version, node: process.version, platform: `${process.platform}/${process.arch}` };
      if (output === 'json') io.stdout.write(formatJson(facts));
      else io.stdout.write(`calb-sim ${version} (Node ${facts.node}, ${facts.platform})\n`);
    });
}
