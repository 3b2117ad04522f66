/** A refused Envoy tries again for ever: the same reason is told at most that often. */
const quietMs = 30_000;

/** Tells of refused streams, each reason once in a while. */
export class RefusalReports {
  readonly #report: (reason: string) => void;
  readonly #now: () => number;
  readonly #toldAtMs = new Map<string, number>();

  constructor(report: (reason: string) => void, now: () => number) {
    this.#report = report;
    this.#now = now;
  }

  add(reason: string): void {
    const now = this.#now();
    const told = this.#toldAtMs.get(reason);
    if (told !== undefined && now - told < quietMs) return;
    for (const [old, atMs] of this.#toldAtMs) if (now - atMs >= quietMs) this.#toldAtMs.delete(old);
    this.#toldAtMs.set(reason, now);
    this.#report(reason);
  }
}
