import type { ExitCode } from './exit-codes.ts';
import type { Paint } from './output/colors.ts';

/** The world as a command sees it, so that tests can give it another one. */
export interface CommandIo {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Colours for standard output, or none. */
  readonly paint: Paint;
  /** Colours for standard error, or none. */
  readonly paintError: Paint;
  readonly now: () => number;
  /** What the process ends with, unless an error is thrown. */
  exitCode: ExitCode;
}
