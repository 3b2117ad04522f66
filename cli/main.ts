import { Command, CommanderError } from 'commander';
import { didYouMean } from '../src/diagnostics/did-you-mean.ts';
import { CliError } from './cli-error.ts';
import type { CommandIo } from './command-io.ts';
import { type CommandEntry, commandTable } from './command-table.ts';
import { examples } from './examples.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { ansiPaint, noPaint, wantsColor } from './output/colors.ts';
import { packageFacts } from './package-root.ts';

const { stdout, stderr, env } = process;
const io: CommandIo = {
  stdout,
  stderr,
  env,
  cwd: process.cwd(),
  paint: wantsColor(stdout, env) ? ansiPaint : noPaint,
  paintError: wantsColor(stderr, env) ? ansiPaint : noPaint,
  now: Date.now,
  exitCode: exitCodes.ok,
};

// A reader that has seen enough (`calb-sim events | head`) is no error.
for (const stream of [stdout, stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) =>
    process.exit(error.code === 'EPIPE' ? io.exitCode : 1),
  );
}
process.on('uncaughtException', (error) => {
  process.exit(report(error));
});

main(process.argv.slice(2)).then(
  () => {
    process.exitCode = io.exitCode;
  },
  (error: unknown) => {
    process.exitCode = report(error);
  },
);

async function main(args: readonly string[]): Promise<void> {
  const [first = '', ...rest] = args;
  if (first === '--version' || first === '-V') return run(entryOf('version'), rest);
  if (first === 'help' && rest[0] !== undefined) return run(entryOf(rest[0]), ['--help']);
  if (['', 'help', '--help', '-h'].includes(first)) {
    stdout.write(overview().helpInformation());
    // Without a command nothing was done, which a script should notice.
    if (first === '') io.exitCode = exitCodes.usage;
    return;
  }
  if (first.startsWith('-')) {
    throw new CliError(exitCodes.usage, `the option ${first} needs a command before it`, 'calb-sim --help');
  }
  return run(entryOf(first), rest);
}

async function run(entry: CommandEntry, args: readonly string[]): Promise<void> {
  const define = await entry.load();
  const command = new Command(`calb-sim ${entry.name}`);
  command
    .exitOverride()
    .configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(text) })
    .configureHelp({ helpWidth: Math.min(stdout.columns ?? 100, 100) })
    .helpOption('-h, --help', 'show this help')
    .showHelpAfterError(`See: calb-sim ${entry.name} --help`);
  define(command, io);
  // Where other options are another program's, so is that.
  const isVerboseFree = command.options.some(({ long }) => long === '--verbose') || entry.name === 'kubectl';
  if (!isVerboseFree) {
    command.option('-v, --verbose', 'say more when something goes wrong');
  }
  await command.parseAsync([...args], { from: 'user' });
}

function entryOf(name: string): CommandEntry {
  const entry = commandTable.find(
    (candidate) => candidate.name === name || candidate.aliases?.includes(name) === true,
  );
  if (entry !== undefined) return entry;
  const meant = didYouMean(
    name,
    commandTable.map((candidate) => candidate.name),
  );
  throw new CliError(
    exitCodes.usage,
    `"${name}" is no command of calb-sim${meant === undefined ? '' : `; did you mean "${meant}"?`}`,
    'calb-sim --help lists the commands',
  );
}

/** Help without any command's own file: a program that only shows its commands must be quick. */
function overview(): Command {
  const program = new Command('calb-sim')
    .usage('COMMAND [OPTIONS]')
    .helpOption('-h, --help', 'show this help');
  program.description(
    'Runs CALB and Gateway API manifests on real Envoys on this machine: one Envoy per tenant, simulated backends, reload on save. No Kubernetes.',
  );
  program.helpCommand('help [COMMAND]', 'show the help of a command');
  program.version(packageFacts().version, '-V, --version', 'print the version');
  for (const { name, summary, aliases = [] } of commandTable) {
    program.command(name).summary(summary).aliases(aliases);
  }
  program.addHelpText('after', '');
  const text = examples([
    ['calb-sim init basic demo', 'write a commented example into demo/'],
    ['calb-sim up demo', 'run it; save a file and watch what happens'],
    ['calb-sim get gateways,httproutes -A', 'list what runs'],
  ]);
  const help = program.helpInformation();
  program.helpInformation = () => `${help}${text}\n`;
  return program;
}

/** Tells a failure on standard error, without a stack unless `-v` is given. Returns the exit code. */
function report(error: unknown): ExitCode {
  if (error instanceof CommanderError) {
    // Commander has written the message itself.
    const isHelp = error.code === 'commander.helpDisplayed' || error.code === 'commander.version';
    return isHelp ? exitCodes.ok : exitCodes.usage;
  }
  const mark = io.paintError('red', 'error:');
  if (error instanceof CliError) {
    stderr.write(`${mark} ${error.message}\n`);
    if (error.hint !== undefined) stderr.write(`${io.paintError('cyan', 'try:')} ${error.hint}\n`);
    return error.exitCode;
  }
  const message = error instanceof Error ? error.message : String(error);
  stderr.write(`${mark} ${message}\n`);
  const isVerbose = process.argv.some((argument) => argument === '-v' || argument === '--verbose');
  if (isVerbose && error instanceof Error) stderr.write(`${error.stack ?? ''}\n`);
  else stderr.write('This is a fault of calb-sim; -v shows where it happened.\n');
  return exitCodes.fault;
}
