import type { Command } from 'commander';
import { connect } from '../choose-instance.ts';
import type { CommandIo } from '../command-io.ts';
import { examples } from '../examples.ts';
import { nameOption } from '../options.ts';

/** `calb-sim reread`. */
export function defineReread(command: Command, io: CommandIo): void {
  nameOption(
    command.description(
      'Reads all files again, as if each had been saved: what calb-sim scale or the API changed follows its file again.',
    ),
  )
    .addHelpText('after', examples([['calb-sim reread', 'after calb-sim scale: back to what the files say']]))
    .action(async (options: { readonly name?: string }) => {
      await connect(io, options).call('/calb/v1/reread', { method: 'POST' });
      io.stdout.write('all files were read again\n');
    });
}
