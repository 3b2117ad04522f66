import type { Command } from 'commander';
import type { CommandIo } from '../command-io.ts';
import { examineMachine } from '../doctor/examine-machine.ts';
import { examples } from '../examples.ts';
import { exitCodes } from '../exit-codes.ts';
import { outputOption } from '../options.ts';
import { formatJson } from '../output/json.ts';

const marks = { ok: ['green', '✓ ok'], note: ['yellow', '! note'], missing: ['red', '✗ missing'] } as const;

/** `calb-sim doctor`. */
export function defineDoctor(command: Command, io: CommandIo): void {
  command
    .description(
      'Shows what this machine has and lacks, each with the command that mends it. Downloads nothing.',
    )
    .addOption(outputOption(['text', 'json']))
    .addHelpText(
      'after',
      examples([
        ['calb-sim doctor', ''],
        ['calb-sim doctor -o json', 'for a bug report'],
      ]),
    )
    .action(async ({ output }: { readonly output: string }) => {
      const findings = await examineMachine(io.env);
      if (output === 'json') io.stdout.write(formatJson({ findings }));
      else {
        for (const { state, text, fix } of findings) {
          const [style, mark] = marks[state];
          io.stdout.write(`${io.paint(style, mark.padEnd(9))}  ${text}\n`);
          if (fix !== undefined) io.stdout.write(`${' '.repeat(11)}${io.paint('cyan', 'try:')} ${fix}\n`);
        }
      }
      if (findings.some(({ state }) => state === 'missing')) io.exitCode = exitCodes.environment;
    });
}
