import type { PodImage, PodProbe } from '../../pod-image.ts';

export interface PodProbesOptions {
  readonly image: Pick<PodImage, 'readinessProbe' | 'livenessProbe' | 'startupProbe'>;
  /** Carries out a check once. */
  readonly check: (probe: PodProbe) => Promise<boolean>;
  onReady(isReady: boolean): void;
  /** It failed so often that the program is to be started again. */
  onDead(which: 'startup' | 'liveness'): void;
}

/** Longest pause between looks at a program that has not answered yet, milliseconds. A command inside costs more than a question. */
const eagerMs = { http: 250, tcp: 250, grpc: 250, exec: 1000 } satisfies Record<
  PodProbe['check']['type'],
  number
>;

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
        ...{ isOnce: true, isEager: true },
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
        ...{ isOnce: false, isEager: true },
      });
    }
    if (livenessProbe === undefined) return;
    this.#watch(livenessProbe, {
      onSuccess: () => {},
      onFailure: () => this.#dead('liveness'),
      ...{ isOnce: false, isEager: false },
    });
  }

  #dead(which: 'startup' | 'liveness'): void {
    this.stop();
    this.#options.onDead(which);
  }

  /**
   * Checks again and again; tells when the thresholds are reached. A program needs a moment before it listens: until the
   * first success it is looked at more often, and only failures of a whole period count.
   */
  #watch(probe: PodProbe, { onSuccess, onFailure, isOnce, isEager }: Outcomes): void {
    const { periodMs, initialDelayMs, successThreshold, failureThreshold } = probe;
    const counts = { successes: 0, failures: 0 };
    let sinceMs = performance.now() + initialDelayMs;
    let pauseMs = isEager ? Math.min(periodMs, eagerMs[probe.check.type]) : periodMs;
    let isDone = false;
    const look = async () => {
      const isGood = await this.#options.check(probe);
      if (this.#isStopped) return;
      if (isGood) pauseMs = periodMs;
      // Timers may be a moment early.
      const isCounted = isGood || performance.now() - sinceMs >= periodMs - 1;
      if (isCounted) {
        sinceMs = performance.now();
        counts.successes = isGood ? counts.successes + 1 : 0;
        counts.failures = isGood ? 0 : counts.failures + 1;
        if (isGood && counts.successes === successThreshold) {
          isDone = isOnce;
          onSuccess();
        } else if (!isGood && counts.failures === failureThreshold) onFailure();
      }
      if (!isDone && !this.#isStopped) this.#after(pauseMs, look);
    };
    this.#after(initialDelayMs + (isEager ? 0 : periodMs), look);
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
  /** Whether a success is waited for. */
  readonly isEager: boolean;
}
