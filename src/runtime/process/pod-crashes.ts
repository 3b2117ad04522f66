import { afterCrash, CrashBackOff } from '../crash-back-off.ts';
import type { ObservedPod } from '../runtime.ts';

/** Exit code of a program that SIGKILL ended. */
export const killedExitCode = 137;

/** A kubelet looks about once a second which programs have ended. */
const noticedMs = 1000;

interface Life {
  readonly backOff: CrashBackOff;
  startedAtMs: number;
}

/** How long pods rest that have crashed, each the longer the more often. */
export class PodCrashes {
  readonly #lives = new Map<string, Life>();

  /** A pod serves. */
  started(owner: string): void {
    const life = this.#lives.get(owner);
    if (life === undefined) this.#lives.set(owner, { backOff: new CrashBackOff(), startedAtMs: now() });
    else life.startedAtMs = now();
  }

  /** How a pod is whose program has just ended, and the pause before it is started again, milliseconds. */
  crashed(owner: string, before: ObservedPod): { readonly observed: ObservedPod; readonly pauseMs: number } {
    const life = this.#lives.get(owner);
    const pauseMs = life?.backOff.pauseAfter(now() - life.startedAtMs) ?? 0;
    return {
      pauseMs: Math.max(noticedMs, pauseMs),
      observed: { ...before, ...afterCrash(before, pauseMs, killedExitCode) },
    };
  }

  forget(owner: string): void {
    this.#lives.delete(owner);
  }
}

function now(): number {
  return performance.now();
}
