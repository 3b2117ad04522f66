import { type Command, InvalidArgumentError, Option } from 'commander';
import { didYouMean } from '../src/diagnostics/did-you-mean.ts';

/** Adds `--name`, which every client of a running instance takes. */
export function nameOption(command: Command): Command {
  return command.addOption(
    new Option('--name <name>', 'the instance; default: that of this folder, else the only one').env(
      'CALB_SIM_NAME',
    ),
  );
}

/** An option `-o, --output` with fixed values, the first of which is the default. */
export function outputOption(formats: readonly [string, ...string[]], description = 'output format'): Option {
  return choice('-o, --output <format>', `${description}: ${formats.join(', ')}`, formats).default(
    formats[0],
  );
}

/** An option that takes one of a few words, and says which one was probably meant. */
export function choice(flags: string, description: string, values: readonly string[]): Option {
  return new Option(flags, description).argParser((value: string) => {
    if (values.includes(value)) return value;
    const meant = didYouMean(value, values);
    throw new InvalidArgumentError(
      `It is one of ${values.join(', ')}${meant === undefined ? '' : `; did you mean ${meant}?`}`,
    );
  });
}

/** Parses a whole number of at least `least`. */
export function wholeNumber(least = 0): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= least) return number;
    throw new InvalidArgumentError(`It is a whole number of at least ${least}.`);
  };
}

/** `--fidelity`: how soon health checks and ejections act. */
export function fidelityOption(): Option {
  const values = ['local', 'envoy-gateway'];
  return choice(
    '--fidelity <which>',
    'health check and ejection settings: local (quick) or envoy-gateway (exact)',
    values,
  ).default('local');
}
