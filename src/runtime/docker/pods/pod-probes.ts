import type { PodImage, PodProbe } from '../../runtime.ts';

export interface PodProbesOptions {
  readonly image: Pick<PodImage, 'readinessProbe' | 'livenessProbe' | 'startupProbe'>;
  /** Carries out a check once. */
  readonly check: (probe: PodProbe) => Promise<boolean>;
  onReady(isReady: boolean): void;
  /** It failed so often that the program is to be started again. */
  onDead(which: 'startup' | 'liveness'): void;
}

/**
 * The probes of a running container, as a kubelet uses them: the startup probe first, alone; then the readiness probe
 * says whether it gets connections, and the liveness probe whether it is to be started again. Without a readiness probe
 * it is ready as soon as it has started.
 */
export class PodProbes {
  readonly #options: PodProbesOptions;
  readonly #timers = new Set<NodeJS.Timeout>();
  #isStopped = false;

  constructor(options: PodProbesOptions) {
    this.#options = options;
    const { startupProbe } = options.image;
    if (startupProbe === undefined) this.#started();
    else
      this.#watch(startupProbe, {
        onSuccess: () => this.#started(),
        onFailure: () => this.#dead('startup'),
        isOnce: true,
      });
  }

  stop(): void {
    this.#isStopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #started(): void {
    const { readinessProbe, livenessProbe } = this.#options.image;
    if (readinessProbe === undefined) this.#options.onReady(true);
    else {
      this.#watch(readinessProbe, {
        onSuccess: () => this.#options.onReady(true),
        onFailure: () => this.#options.onReady(false),
        isOnce: false,
      });
    }
    if (livenessProbe === undefined) return;
    this.#watch(livenessProbe, {
      onSuccess: () => {},
      onFailure: () => this.#dead('liveness'),
      isOnce: false,
    });
  }

  #dead(which: 'startup' | 'liveness'): void {
    this.stop();
    this.#options.onDead(which);
  }

  /** Checks again and again; tells when the thresholds are reached. */
  #watch(probe: PodProbe, { onSuccess, onFailure, isOnce }: Outcomes): void {
    const counts = { successes: 0, failures: 0 };
    let isDone = false;
    const look = async () => {
      const isGood = await this.#options.check(probe);
      if (this.#isStopped) return;
      counts.successes = isGood ? counts.successes + 1 : 0;
      counts.failures = isGood ? 0 : counts.failures + 1;
      if (isGood && counts.successes === probe.successThreshold) {
        isDone = isOnce;
        onSuccess();
      } else if (!isGood && counts.failures === probe.failureThreshold) onFailure();
      if (!isDone && !this.#isStopped) this.#after(probe.periodMs, look);
    };
    this.#after(probe.initialDelayMs, look);
  }

  #after(ms: number, work: () => Promise<void>): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void work();
    }, ms);
    timer.unref();
    this.#timers.add(timer);
  }
}

interface Outcomes {
  onSuccess(): void;
  onFailure(): void;
  readonly isOnce: boolean;
}
