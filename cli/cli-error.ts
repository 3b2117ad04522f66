import type { ExitCode } from './exit-codes.ts';

/** Ends a command with a message for its user: no stack is shown. Thrown anywhere in `cli`, caught in `main.ts`. */
export class CliError extends Error {
  readonly exitCode: ExitCode;
  /** What to type next. */
  readonly hint: string | undefined;

  constructor(exitCode: ExitCode, message: string, hint?: string) {
    super(message);
    this.name = 'CliError';
    this.exitCode = exitCode;
    this.hint = hint;
  }
}
