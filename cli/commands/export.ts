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
      ['calb-sim export images', 'once, before docker-compose up in that folder'],
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
        ['calb-sim export images && docker-compose up', 'run it in that folder'],
      ]),
    )
    .action((paths: readonly string[], options: ComposeOptions) => exportCompose(io, paths, options));
  command
    .command('images')
    .description(
      'Tags the images that an exported docker-compose.yaml names; they are assembled from the programs of this machine where the engine does not have them.',
    )
    .addHelpText('after', examples([['calb-sim export images', 'once, before docker-compose up']]))
    .action(() => exportImages(io));
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
  write(target, `${exportMark}\n# Before the first start: calb-sim export images\n${formatYaml([compose])}`);
  for (const [path, configuration] of configurations) {
    write(join(folder, path), `${exportMark}\n${formatYaml([configuration])}`);
  }
  for (const [path, text] of files) write(join(folder, path), text);
  for (const note of notes) io.stderr.write(`note: ${note}\n`);
  io.stdout.write(`wrote ${join(out, 'docker-compose.yaml')}\n${urls.map((url) => `  ${url}\n`).join('')}`);
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

async function exportImages(io: CommandIo): Promise<void> {
  const { chooseRuntime } = await import('../instance/choose-runtime.ts');
  const { composeImages } = await import('../offline/compose/compose-service.ts');
  const chosen = await chooseRuntime({ io, runtime: 'docker', offline: false });
  if (chosen.name !== 'docker') throw new Error('no engine was chosen');
  for (const which of ['envoy', 'node'] as const) {
    const [repo = '', tag = ''] = composeImages[which].split(':');
    await chosen.engine.docker.getImage(chosen.images[which]).tag({ repo, tag });
    io.stdout.write(`${composeImages[which]} is ${chosen.images[which]}\n`);
  }
}
