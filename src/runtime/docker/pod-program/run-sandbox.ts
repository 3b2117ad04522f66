import { fstatSync } from 'node:fs';
import { exitOnSignal } from './exit-on-signal.ts';
import { endWithInput } from './run-guard.ts';

/** Keeps a network namespace, with its addresses and published ports, until it is told to end. */
export function runSandbox(): void {
  exitOnSignal();
  // A container without an input has /dev/null there, which is at its end from the beginning.
  if (fstatSync(0).isCharacterDevice()) setInterval(() => {}, 2 ** 31 - 1);
  else endWithInput();
}
