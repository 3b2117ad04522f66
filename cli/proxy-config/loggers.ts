import { didYouMean } from '../../src/diagnostics/did-you-mean.ts';
import { CliError } from '../cli-error.ts';
import { exitCodes } from '../exit-codes.ts';

/** Levels of Envoy's loggers, from all to nothing. */
export const logLevels = ['trace', 'debug', 'info', 'warning', 'error', 'critical', 'off'] as const;

/** Whether a word sets levels: `debug`, `http:debug`, `http:debug,router:trace`. */
export function isLevels(word: string): boolean {
  return word.includes(':') || (logLevels as readonly string[]).includes(word);
}

/**
 * The request that sets levels: one for all, or of some components.
 *
 * @throws {CliError} exit 2 for what is no level
 */
export function loggingPath(levels: string | undefined): string {
  if (levels === undefined) return '/logging';
  const parts = levels.split(',');
  const wrong = parts.map((part) => part.slice(part.indexOf(':') + 1)).find((level) => !isLevel(level));
  if (wrong !== undefined) {
    const meant = didYouMean(wrong, logLevels);
    const hint = meant === undefined ? `levels are ${logLevels.join(', ')}` : `did you mean ${meant}?`;
    throw new CliError(exitCodes.usage, `"${wrong}" is no level of a log`, hint);
  }
  const isForAll = parts.length === 1 && !levels.includes(':');
  if (isForAll) return `/logging?level=${levels}`;
  if (parts.some((part) => !part.includes(':'))) {
    throw new CliError(exitCodes.usage, `"${levels}" mixes a level for all with those of components`);
  }
  return `/logging?paths=${encodeURIComponent(levels)}`;
}

function isLevel(word: string): boolean {
  return (logLevels as readonly string[]).includes(word);
}

/** Rows of Envoy's `active loggers:` text. */
export function readLoggers(answer: string): readonly { readonly name: string; readonly level: string }[] {
  return answer.split('\n').flatMap((line) => {
    const [, name, level] = /^\s+(\S+):\s*(\S+)\s*$/.exec(line) ?? [];
    return name === undefined || level === undefined ? [] : [{ name, level }];
  });
}
