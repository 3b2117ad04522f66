import type { Command } from 'commander';
import { connect } from '../choose-instance.ts';
import { CliError } from '../cli-error.ts';
import { ApiFailure } from '../client.ts';
import type { CommandIo } from '../command-io.ts';
import { examples } from '../examples.ts';
import { exitCodes } from '../exit-codes.ts';
import { nameOption } from '../options.ts';

/** `calb-sim restart TENANT`. */
export function defineRestart(command: Command, io: CommandIo): void {
  nameOption(
    command
      .description(
        "Replaces a tenant's Envoy by a new one with the same configuration. Containers hand over without a gap; a process is away for a moment.",
      )
      .argument('<tenant>', 'whose Envoy'),
  )
    .addHelpText('after', examples([['calb-sim restart team-b', 'watch it with calb-sim events']]))
    .action(async (tenant: string, options: { readonly name?: string }) => {
      try {
        const path = `/calb/v1/proxies/${encodeURIComponent(tenant)}/restart`;
        await connect(io, options).call(path, { method: 'POST' });
      } catch (error) {
        if (!(error instanceof ApiFailure) || error.reason !== 'NotFound') throw error;
        const message = `there is no tenant ${tenant}`;
        throw new CliError(exitCodes.noSuchObject, message, 'calb-sim status lists them');
      }
      io.stdout.write(`the Envoy of ${tenant} restarts\n`);
    });
}
