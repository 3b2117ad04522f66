import type { Command } from 'commander';
import type { DifferenceReport } from '../../src/api/handlers/calb-differences.ts';
import { connect } from '../choose-instance.ts';
import type { CommandIo } from '../command-io.ts';
import { examples } from '../examples.ts';
import { exitCodes } from '../exit-codes.ts';
import { nameOption } from '../options.ts';
import type { Paint, Style } from '../output/colors.ts';
import { unifiedDiff } from '../output/unified-diff.ts';
import { formatYaml } from '../output/yaml.ts';

/** `calb-sim diff`. */
export function defineDiff(command: Command, io: CommandIo): void {
  nameOption(
    command.description(
      'Shows where objects that run differ from what the files declare: what was written, scaled or deleted through the\nAPI. Ends with 1 where something differs.',
    ),
  )
    .addHelpText(
      'after',
      examples([
        ['calb-sim diff', 'what kubectl, or calb-sim scale, has changed'],
        ['calb-sim diff --name demo', 'of one of several instances'],
      ]),
    )
    .action((options: { readonly name?: string }) => diff(io, options));
}

async function diff(io: CommandIo, options: { readonly name?: string }): Promise<void> {
  const answer = await connect(io, options).call<{ readonly differences: readonly DifferenceReport[] }>(
    '/calb/v1/differences',
  );
  const lines = answer.differences.flatMap(differenceLines);
  if (lines.length === 0) return;
  io.stdout.write(`${lines.map((line) => painted(line, io.paint)).join('\n')}\n`);
  io.exitCode = exitCodes.differs;
}

function differenceLines({ resource, file, line, declared, running }: DifferenceReport): readonly string[] {
  const place = file === undefined ? 'not in any file' : `${file}:${line}`;
  return unifiedDiff(
    { title: `${resource} (${place})`, lines: yamlLines(declared) },
    { title: `${resource} (${running === null ? 'deleted' : 'running'})`, lines: yamlLines(running) },
  );
}

function yamlLines(object: object | null): readonly string[] {
  return object === null ? [] : formatYaml([object]).trimEnd().split('\n');
}

const styles: readonly (readonly [string, Style])[] = [
  ['---', 'bold'],
  ['+++', 'bold'],
  ['@@', 'cyan'],
  ['-', 'red'],
  ['+', 'green'],
];

function painted(line: string, paint: Paint): string {
  const style = styles.find(([start]) => line.startsWith(start))?.[1];
  return style === undefined ? line : paint(style, line);
}
