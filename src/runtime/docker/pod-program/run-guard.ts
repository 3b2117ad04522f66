import { exitOnSignal } from './exit-on-signal.ts';

/**
 * The dead man's switch: ends with its standard input, which the engine closes when the owner's connection ends,
 * however that happened. The containers that share its process namespace end with it.
 */
export function runGuard(): void {
  exitOnSignal();
  endWithInput();
}

/** Ends the process when its standard input ends. */
export function endWithInput(): void {
  process.stdin
    .resume()
    .on('end', () => process.exit(0))
    .on('error', () => process.exit(0));
}
