import { Command } from 'commander';
import { CliError } from '../../../cli/cli-error.ts';
import type { CommandIo } from '../../../cli/command-io.ts';
import type { DefineCommand } from '../../../cli/command-table.ts';
import { noPaint } from '../../../cli/output/colors.ts';

/** What a command did. */
export interface CommandRun {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

interface World {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly now?: () => number;
}

/** Runs one command in this process, with output that is kept and times that a test sets. */
export async function runCommand(
  define: DefineCommand,
  args: readonly string[],
  world: World = {},
): Promise<CommandRun> {
  let stdout = '';
  let stderr = '';
  const stream = (take: (text: string) => void) => {
    const write = (text: string) => {
      take(text);
      return true;
    };
    return { write, isTTY: false } as unknown as NodeJS.WriteStream;
  };
  const io: CommandIo = {
    stdout: stream((text) => {
      stdout += text;
    }),
    stderr: stream((text) => {
      stderr += text;
    }),
    env: world.env ?? {},
    cwd: world.cwd ?? process.cwd(),
    paint: noPaint,
    paintError: noPaint,
    now: world.now ?? Date.now,
    exitCode: 0,
  };
  const command = new Command('test').exitOverride().configureOutput({
    writeOut: (text) => io.stdout.write(text),
    writeErr: (text) => io.stderr.write(text),
  });
  define(command, io);
  try {
    await command.parseAsync([...args], { from: 'user' });
    return { stdout, stderr, code: io.exitCode };
  } catch (error) {
    if (error instanceof CliError) {
      return { stdout, stderr: `${stderr}${error.message}\n${error.hint ?? ''}`, code: error.exitCode };
    }
    const { code, exitCode } = error as { readonly code?: string; readonly exitCode?: number };
    if (!code?.startsWith('commander.')) throw error;
    return { stdout, stderr, code: exitCode === 0 ? 0 : 2 };
  }
}
