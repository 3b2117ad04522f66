import type { Command } from 'commander';
import type { StatusReport } from '../../src/api/status-report.ts';
import { connect } from '../choose-instance.ts';
import type { CommandIo } from '../command-io.ts';
import { examples } from '../examples.ts';
import { nameOption, outputOption } from '../options.ts';
import { formatJson } from '../output/json.ts';
import { sourceReader } from '../output/read-source.ts';
import { renderStatus } from '../output/status-text.ts';

interface StatusOptions {
  readonly output: string;
  readonly name?: string;
}

/** `calb-sim status`. */
export function defineStatus(command: Command, io: CommandIo): void {
  nameOption(
    command
      .description(
        'Shows the running instance: where it listens, whether its Envoys are in sync, what is wrong.',
      )
      .addOption(outputOption(['text', 'json'])),
  )
    .addHelpText(
      'after',
      examples([
        ['calb-sim status', ''],
        ["calb-sim status -o json | jq -r '.listeners[].url'", 'all URLs'],
      ]),
    )
    .action(async (options: StatusOptions) => {
      const report = await connect(io, options).call<StatusReport>('/calb/v1/status');
      const style = { paint: io.paint, readSource: sourceReader(io.cwd) };
      io.stdout.write(options.output === 'json' ? formatJson(report) : renderStatus(report, style));
    });
}
