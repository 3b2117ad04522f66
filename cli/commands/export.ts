import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { render } from '../../src/diagnostics/render.ts';
import { exportMark } from '../../src/resources/export-mark.ts';
import type { Fidelity } from '../../src/translate/translation.ts';
import { CliError } from '../cli-error.ts';
import type { CommandIo } from '../command-io.ts';
import { examples } from '../examples.ts';
import { exitCodes } from '../exit-codes.ts';
import { fidelityOption } from '../options.ts';
import { noPaint } from '../output/colors.ts';
import { sourceReader } from '../output/read-source.ts';
import { listenerTable } from '../output/ready-banner.ts';
import { formatYaml } from '../output/yaml.ts';

interface ComposeOptions {
  readonly out: string;
  readonly fidelity: Fidelity;
  readonly force?: true;
}

/** `calb-sim export compose [PATH…]` and `calb-sim export images`. */
export function defineExport(command: Command, io: CommandIo): void {
  command.description('Writes what would run for other programs. Nothing is started.').addHelpText(
    'after',
    examples([
      ['calb-sim export compose demo --out demo-compose', 'write demo-compose/docker-compose.yaml'],
      ['calb-sim export images --out demo-compose', 'where no registry answers: the images for it'],
    ]),
  );
  command
    .command('compose')
    .description(
      'Writes docker-compose.yaml and the configuration of each Envoy: the same topology for plain compose, without reload on save. Ends with 3 when the files have errors; what they leave is written all the same.',
    )
    .argument('[paths...]', 'files and folders; default: the current folder')
    .option('--out <folder>', 'where to write', '.')
    .option('--force', 'overwrite a docker-compose.yaml that was not made by this command')
    .addOption(fidelityOption())
    .addHelpText(
      'after',
      examples([
        ['calb-sim export compose demo --out demo-compose', 'write demo-compose/docker-compose.yaml'],
        ['cd demo-compose && docker-compose up', 'run it; needs nothing else'],
      ]),
    )
    .action((paths: readonly string[], options: ComposeOptions) => exportCompose(io, paths, options));
  command
    .command('images')
    .description(
      'Makes the images for an exported docker-compose.yaml from the Envoy and the Node of this machine, and names them in the .env beside it: for machines where no registry answers.',
    )
    .option('--out <folder>', 'where docker-compose.yaml is', '.')
    .addHelpText(
      'after',
      examples([['calb-sim export images --out demo-compose', 'once, before docker-compose up there']]),
    )
    .action(({ out }: { readonly out: string }) => exportImages(io, out));
}

async function exportCompose(
  io: CommandIo,
  paths: readonly string[],
  { out, fidelity, force }: ComposeOptions,
): Promise<void> {
  // Help must not wait for the whole translation to be loaded.
  const { translatePaths } = await import('../offline/translate-paths.ts');
  const { composePlaces } = await import('../offline/compose/compose-places.ts');
  const { composeExport } = await import('../offline/compose/compose-export.ts');
  const { composeHeader } = await import('../offline/compose/compose-header.ts');
  const folder = resolve(io.cwd, out);
  const target = join(folder, 'docker-compose.yaml');
  if (force !== true && existsSync(target) && !readFileSync(target, 'utf8').startsWith(exportMark)) {
    throw new CliError(
      exitCodes.usage,
      `${join(out, 'docker-compose.yaml')} was not made by this command`,
      'name another folder by --out, or say --force',
    );
  }
  const offline = translatePaths(io, paths, fidelity, composePlaces);
  const errors = offline.diagnostics.filter(({ severity }) => severity === 'error');
  const readSource = sourceReader(io.cwd);
  for (const error of errors) {
    io.stderr.write(`${render(error, readSource, { color: io.paintError !== noPaint })}\n\n`);
  }
  if (errors.length > 0) io.exitCode = exitCodes.configuration;
  const { compose, configurations, files, notes, urls } = composeExport(offline);
  write(target, `${composeHeader(paths, urls)}\n${formatYaml([compose])}`);
  for (const [path, configuration] of configurations) {
    write(join(folder, path), `${exportMark}\n${formatYaml([configuration])}`);
  }
  for (const [path, text] of files) write(join(folder, path), text);
  for (const note of notes) io.stderr.write(`note: ${note}\n`);
  const table = urls.length === 0 ? '' : `\n${listenerTable(urls, io.paint)}\n`;
  io.stdout.write(`wrote ${join(out, 'docker-compose.yaml')}\n${table}`);
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

async function exportImages(io: CommandIo, out: string): Promise<void> {
  const { makeComposeImages } = await import('../offline/compose/make-images.ts');
  const { withVariables } = await import('../offline/compose/env-file.ts');
  const made = await makeComposeImages(io);
  const path = join(resolve(io.cwd, out), '.env');
  write(path, withVariables(existsSync(path) ? readFileSync(path, 'utf8') : '', made));
  for (const [variable, image] of Object.entries(made)) io.stdout.write(`${variable}=${image}\n`);
  io.stdout.write(`docker-compose reads this from ${join(out, '.env')}\n`);
}
