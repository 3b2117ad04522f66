import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import type { CommandIo } from '../../../cli/command-io.ts';
import { commandTable } from '../../../cli/command-table.ts';
import { noPaint } from '../../../cli/output/colors.ts';

const io: CommandIo = {
  stdout: process.stdout,
  stderr: process.stderr,
  env: {},
  cwd: process.cwd(),
  paint: noPaint,
  paintError: noPaint,
  now: Date.now,
  exitCode: 0,
};

async function defined(name: string): Promise<{ readonly command: Command; readonly help: string }> {
  let help = '';
  const command = new Command(`calb-sim ${name}`).exitOverride().configureOutput({
    writeOut: (text) => {
      help += text;
    },
  });
  const entry = commandTable.find((candidate) => candidate.name === name);
  (await entry?.load())?.(command, io);
  command.outputHelp();
  return { command, help };
}

/** Words of a shell line up to its first pipe or `&&`, quotes taken off. */
function words(line: string): readonly string[] {
  const [first = ''] = line.split(/ (?:\||&&) /);
  return [...first.matchAll(/'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '');
}

describe.each(commandTable.map(({ name }) => name))('%s', (name) => {
  test('has a description and examples in its help', async () => {
    const { help } = await defined(name);
    expect(help).toMatch(new RegExp(`^Usage: calb-sim ${name}`));
    expect(help).toContain('\nExamples:\n');
  });

  test('takes its own examples', async () => {
    const { help } = await defined(name);
    const examples = (help.split('\nExamples:\n')[1] ?? '')
      .split('\n')
      .map((line) => words(line.trim().split(/ {2,}/)[0] ?? ''))
      .filter(([program, command]) => program === 'calb-sim' && command === name);
    expect(examples.length).toBeGreaterThan(0);
    for (const [, , ...args] of examples) {
      const { command } = await defined(name);
      for (const each of [command, ...command.commands]) each.action(() => undefined);
      await expect(command.parseAsync([...args], { from: 'user' })).resolves.toBeDefined();
    }
  });
});
