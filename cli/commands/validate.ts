import type { Command } from 'commander';
import type { Diagnostic } from '../../src/diagnostics/diagnostic.ts';
import { countSeverities, render } from '../../src/diagnostics/render.ts';
import { toGithub } from '../../src/diagnostics/to-github.ts';
import { toJson } from '../../src/diagnostics/to-json.ts';
import type { Fidelity } from '../../src/translate/translation.ts';
import type { CommandIo } from '../command-io.ts';
import { examples } from '../examples.ts';
import { exitCodes } from '../exit-codes.ts';
import { declaredCount } from '../offline/declared.ts';
import type { Offline } from '../offline/translate-paths.ts';
import { fidelityOption, outputOption } from '../options.ts';
import { noPaint } from '../output/colors.ts';
import { formatJson } from '../output/json.ts';
import { count } from '../output/list-words.ts';
import { sourceReader } from '../output/read-source.ts';

interface ValidateOptions {
  readonly output: string;
  readonly fidelity: Fidelity;
}

/** `calb-sim validate [PATH…]`. */
export function defineValidate(command: Command, io: CommandIo): void {
  command
    .description(
      'Checks files and everything that would be made of them. Nothing is started. Ends with 3 when there are errors.',
    )
    .argument('[paths...]', 'files and folders; default: the current folder')
    .addOption(outputOption(['text', 'json', 'github']))
    .addOption(fidelityOption())
    .addHelpText(
      'after',
      examples([
        ['calb-sim validate', 'check the current folder'],
        ['calb-sim validate gateways/ routes.yaml', 'check these'],
        ['calb-sim validate -o github', 'findings beside the lines of a pull request'],
      ]),
    )
    .action(async (paths: readonly string[], options: ValidateOptions) => {
      // Help must not wait for the whole translation to be loaded.
      const { translatePaths } = await import('../offline/translate-paths.ts');
      const checked = translatePaths(io, paths, options.fidelity);
      if (options.output === 'json') io.stdout.write(formatJson(asJson(checked)));
      else if (options.output === 'github') writeGithub(io, checked);
      else writeText(io, checked);
      if (hasErrors(checked.diagnostics)) io.exitCode = exitCodes.configuration;
    });
}

/** Whether something declared does not take effect. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === 'error');
}

function asJson({ fileCount, store, diagnostics }: Offline): object {
  const number = (severity: string) => diagnostics.filter((d) => d.severity === severity).length;
  return {
    files: fileCount,
    objects: declaredCount(store),
    errors: number('error'),
    warnings: number('warning'),
    hints: number('hint'),
    diagnostics: diagnostics.map(toJson),
  };
}

function writeGithub(io: CommandIo, checked: Offline): void {
  io.stdout.write(checked.diagnostics.map((diagnostic) => `${toGithub(diagnostic)}\n`).join(''));
  io.stderr.write(`${summary(checked)}\n`);
}

function writeText(io: CommandIo, checked: Offline): void {
  const readSource = sourceReader(io.cwd);
  for (const diagnostic of checked.diagnostics) {
    io.stdout.write(`${render(diagnostic, readSource, { color: io.paint !== noPaint })}\n\n`);
  }
  const style = hasErrors(checked.diagnostics) ? 'red' : 'green';
  io.stdout.write(`${io.paint(style, summary(checked))}\n`);
}

function summary({ fileCount, store, diagnostics }: Offline): string {
  if (fileCount === 0) return 'no YAML or JSON files here';
  const counted = `${count(fileCount, 'file')}, ${count(declaredCount(store), 'object')}`;
  return `${counted}: ${countSeverities(diagnostics)}`;
}
