import { type ExitCode, exitCodes } from '../exit-codes.ts';

/** The signals that stop an instance, with the exit code that says so (128 + number). */
const stopCodes = {
  SIGHUP: exitCodes.hangup,
  SIGINT: exitCodes.interrupted,
  SIGTERM: exitCodes.terminated,
} as const;

type StopSignal = keyof typeof stopCodes;

/** Two signals within this time are one: a terminal sends Ctrl-C to the whole group, `npm` passes it on again. */
const debounceMs = 100;

/** How a person asked an instance to stop. */
export interface StopWish {
  readonly signal: StopSignal;
  readonly exitCode: ExitCode;
}

/**
 * Calls `onStop` at the first stopping signal and `onForce` at a second one.
 */
export function onStopSignals(onStop: (wish: StopWish) => void, onForce: (wish: StopWish) => void): void {
  let firstAtMs: number | undefined;
  for (const signal of Object.keys(stopCodes) as StopSignal[]) {
    process.on(signal, () => {
      const wish = { signal, exitCode: stopCodes[signal] };
      const nowMs = performance.now();
      if (firstAtMs === undefined) {
        firstAtMs = nowMs;
        onStop(wish);
      } else if (nowMs - firstAtMs > debounceMs) onForce(wish);
    });
  }
}
