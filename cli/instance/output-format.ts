import { readFileSync } from 'node:fs';
import type { CommandIo } from '../command-io.ts';

/** How `up` shows what happens. */
export type OutputFormat = 'tui' | 'plain' | 'json';

/**
 * The format that was asked for, else the terminal app on a terminal and lines elsewhere, as with `CI` set. The app needs
 * a terminal on both sides that knows escape codes; where it has none, there are lines, and it is said why.
 */
export function outputFormat(io: CommandIo, asked: OutputFormat | undefined): OutputFormat {
  const lacks = lacksForScreen(io);
  if (asked === 'tui' && lacks !== undefined) io.stderr.write(`no terminal app: ${lacks}; lines instead\n`);
  if (asked === 'tui' || asked === undefined) {
    const isWanted = asked === 'tui' || !io.env.CI;
    return isWanted && lacks === undefined ? 'tui' : 'plain';
  }
  return asked;
}

function lacksForScreen({ stdout, env }: CommandIo): string | undefined {
  if (stdout.isTTY !== true) return 'standard output is no terminal';
  if (process.stdin.isTTY !== true) return 'standard input is no terminal';
  if (env.TERM === 'dumb') return 'the terminal is dumb (TERM)';
  return isInBackground() ? 'it was started in the background (&)' : undefined;
}

/** Whether the shell has the terminal: whoever takes it then is stopped. Known where there is a /proc. */
function isInBackground(): boolean {
  try {
    const [, , group, , , foreground] = readFileSync('/proc/self/stat', 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return foreground !== '-1' && group !== foreground;
  } catch {
    return false;
  }
}
