import { cpSync, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { didYouMean } from '../../src/diagnostics/did-you-mean.ts';
import { CliError } from '../cli-error.ts';
import type { CommandIo } from '../command-io.ts';
import { examples } from '../examples.ts';
import { exitCodes } from '../exit-codes.ts';
import { formatRows } from '../output/table.ts';
import { packageFacts } from '../package-root.ts';

/** `calb-sim init [TEMPLATE] [DIR]`. */
export function defineInit(command: Command, io: CommandIo): void {
  const list = templates();
  command
    .description('Writes a commented example to begin with. Without a template, lists them.')
    .argument('[template]', list.map(({ name }) => name).join(', '))
    .argument('[dir]', 'where to put it; default: a new folder named like the template')
    .addHelpText(
      'after',
      examples([
        ['calb-sim init', 'list the templates'],
        ['calb-sim init failover', 'write failover/'],
        ['calb-sim init calb demo && calb-sim up demo', 'write demo/ and run it'],
      ]),
    )
    .action((template: string | undefined, folder: string | undefined) => {
      if (template === undefined) showList(io, list);
      else copy(io, chosen(list, template), folder ?? template);
    });
}

interface Template {
  readonly name: string;
  readonly path: string;
  /** First heading of its README. */
  readonly title: string;
}

function templates(): readonly Template[] {
  const root = join(packageFacts().root, 'templates');
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => {
      const path = join(root, name);
      const title = /^# (.+)$/m.exec(readFileSync(join(path, 'README.md'), 'utf8'))?.[1] ?? '';
      return { name, path, title };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function showList(io: CommandIo, list: readonly Template[]): void {
  const rows = list.map(({ name, title }) => [io.paint('bold', name), title]);
  io.stdout.write(
    `${formatRows([[io.paint('dim', 'TEMPLATE'), io.paint('dim', 'WHAT IT SHOWS')], ...rows])}\n`,
  );
  io.stdout.write('\nWrite one with: calb-sim init TEMPLATE [DIR]\n');
}

function chosen(list: readonly Template[], name: string): Template {
  const template = list.find((candidate) => candidate.name === name);
  if (template !== undefined) return template;
  const names = list.map((candidate) => candidate.name);
  const meant = didYouMean(name, names);
  throw new CliError(
    exitCodes.usage,
    `there is no template "${name}"${meant === undefined ? '' : `; did you mean "${meant}"?`}`,
    `templates are ${names.join(', ')}`,
  );
}

function copy(io: CommandIo, template: Template, folder: string): void {
  const target = resolve(io.cwd, folder);
  const files = readdirSync(template.path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(template.path, join(entry.parentPath, entry.name)))
    .sort();
  if (existsSync(target) && !statSync(target).isDirectory()) {
    throw new CliError(exitCodes.usage, `${folder} exists and is no folder`);
  }
  const taken = files.filter((file) => existsSync(join(target, file)));
  if (taken.length > 0) {
    throw new CliError(
      exitCodes.usage,
      `${folder} has ${taken.join(', ')} already; nothing was written`,
      `choose another folder: calb-sim init ${template.name} ${folder}-2`,
    );
  }
  for (const file of files) cpSync(join(template.path, file), join(target, file));
  io.stdout.write(`wrote ${files.map((file) => join(folder, file)).join(', ')}\n\n`);
  io.stdout.write(`  calb-sim up ${folder}\n\n`);
  io.stdout.write(`${join(folder, 'README.md')} says what to try.\n`);
}
