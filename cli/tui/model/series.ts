/** What is counted in one second. */
interface Second {
  /** Seconds since the epoch. */
  at: number;
  requests: number;
  /** By hundreds of the status: index 2 for 2xx; 0 where there was no answer. */
  classes: number[];
}

/** Seconds that are kept: long enough for a rate that does not jump, short enough to follow a failover. */
const keptSeconds = 10;

/** Seconds that a rate is taken over. */
const rateSeconds = 5;

/** Durations that quantiles are taken from. */
const keptDurations = 200;

/** Requests of one route, endpoint or tenant: rates, statuses and latency of the last seconds, in a fixed amount of memory. */
export class Series {
  readonly #seconds: Second[] = [];
  readonly #durations: number[] = [];
  #nextDuration = 0;
  /** When the last request was, milliseconds since the epoch. */
  lastMs = 0;

  /** @param weight how many requests this one stands for */
  add(timeMs: number, { status, durationMs, weight }: Measured): void {
    this.lastMs = Math.max(this.lastMs, timeMs);
    const second = this.#second(Math.floor(timeMs / 1000));
    second.requests += weight;
    const hundred = Math.min(5, Math.floor(status / 100));
    second.classes[hundred] = (second.classes[hundred] ?? 0) + weight;
    this.#durations[this.#nextDuration] = durationMs;
    this.#nextDuration = (this.#nextDuration + 1) % keptDurations;
  }

  /** Requests a second, over the last seconds that are over: the one that runs would make it jump. */
  rate(nowMs: number): number {
    const now = Math.floor(nowMs / 1000);
    const first = this.#seconds[0]?.at ?? now;
    const span = Math.max(1, Math.min(rateSeconds, now - first));
    const over = this.#seconds.filter(({ at }) => at >= now - span && at < now);
    return over.reduce((sum, { requests }) => sum + requests, 0) / span;
  }

  /** Requests of the last seconds. */
  count(nowMs: number, seconds = rateSeconds): number {
    return this.#recent(nowMs, seconds).reduce((sum, { requests }) => sum + requests, 0);
  }

  /** Requests by hundreds of their status, of the last seconds. */
  classes(nowMs: number): readonly number[] {
    const sums = [0, 0, 0, 0, 0, 0];
    for (const { classes } of this.#recent(nowMs, keptSeconds)) {
      for (const [hundred, number] of classes.entries()) sums[hundred] = (sums[hundred] ?? 0) + number;
    }
    return sums;
  }

  /** Share of requests that were answered 5xx or not at all; `undefined` without requests. */
  errorShare(nowMs: number): number | undefined {
    const classes = this.classes(nowMs);
    const all = classes.reduce((sum, number) => sum + number, 0);
    return all === 0 ? undefined : ((classes[5] ?? 0) + (classes[0] ?? 0)) / all;
  }

  /** Latency that this share of the last requests stayed below, milliseconds. */
  quantile(share: number): number | undefined {
    if (this.#durations.length === 0) return undefined;
    const sorted = [...this.#durations].sort((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))];
  }

  /** One that goes on by itself. */
  clone(): Series {
    const copy = new Series();
    for (const { at, requests, classes } of this.#seconds)
      copy.#seconds.push({ at, requests, classes: [...classes] });
    copy.#durations.push(...this.#durations);
    copy.#nextDuration = this.#nextDuration;
    copy.lastMs = this.lastMs;
    return copy;
  }

  #second(at: number): Second {
    const last = this.#seconds.findLast((second) => second.at === at);
    if (last !== undefined) return last;
    const second = { at, requests: 0, classes: [0, 0, 0, 0, 0, 0] };
    this.#seconds.push(second);
    if (this.#seconds.length > keptSeconds) this.#seconds.shift();
    return second;
  }

  #recent(nowMs: number, seconds: number): readonly Second[] {
    const now = nowMs / 1000;
    return this.#seconds.filter(({ at }) => at > now - seconds && at <= now + 1);
  }
}

/** What is measured of a request. */
export interface Measured {
  /** 0: it was not answered. */
  readonly status: number;
  readonly durationMs: number;
  readonly weight: number;
}
