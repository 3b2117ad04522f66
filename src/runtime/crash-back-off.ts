import { BackOff } from './process/back-off.ts';

/**
 * Pauses before a pod's program is started again, milliseconds: at once, then 1, 2, 4 … 30 s, forgiven after a minute.
 * A kubelet begins with 10 s and goes up to 5 min: too slow to learn from.
 */
export class CrashBackOff {
  readonly #rest = new BackOff({ firstMs: 1000, maxMs: 30_000, calmMs: calmMs });
  #isFirst = true;

  /** Pause after an end of a program that had run for `uptimeMs`. */
  pauseAfter(uptimeMs: number): number {
    if (this.#isFirst || uptimeMs >= calmMs) {
      this.#isFirst = false;
      return 0;
    }
    return this.#rest.pauseAfter(uptimeMs);
  }
}

const calmMs = 60_000;

/** How a pod is observed whose program has ended and is started again after a pause, milliseconds. */
export function afterCrash<Code extends number | undefined>(
  { restarts = 0 }: { readonly restarts?: number },
  pauseMs: number,
  lastExitCode: Code,
) {
  const waiting = pauseMs > 0 ? 'CrashLoopBackOff' : 'ContainerCreating';
  return { ready: false, waiting, restarts: restarts + 1, lastExitCode } as const;
}
