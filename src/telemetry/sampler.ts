/** How many requests a second are reported one by one; beyond, only a share of them is. */
const fullRate = 400;
/** How many events a second a share is chosen for. */
const sampledRate = 100;
/** Shares that can be chosen: Envoy takes whole percents. */
const shares = [50, 20, 10, 5, 2, 1] as const;
/** How long requests are counted before a share is reconsidered. */
const windowMs = 500;
/** A window that is clearly too full is not waited for; but a burst of a moment is no load. */
const shortestWindowMs = 100;
/** So many windows in a row must be quiet before everything is reported again. */
const quietWindows = 2;

/** What is known about one tenant's load. Immutable. */
export interface Sampling {
  /** Share of the requests that Envoy is asked to report. */
  readonly percent: number;
  readonly windowStartMs: number;
  /** Reported in the window. */
  readonly count: number;
  readonly quietCount: number;
}

export const noSampling: Sampling = { percent: 100, windowStartMs: 0, count: 0, quietCount: 0 };

/** What follows from requests that were reported. */
export interface SamplingStep {
  readonly sampling: Sampling;
  /** Envoy shall report this share from now on. */
  readonly percent: number | undefined;
  /** Look again after that long, though nothing may be reported any more. */
  readonly wakeAfterMs: number | undefined;
}

/**
 * Counts requests that were reported and decides how many of them Envoy shall report: all of them up to some 400 a
 * second, then a share that gives about a hundred events a second, and all again when the load is over. A `count` of 0
 * asks after time has passed.
 */
export function sampleRequests(before: Sampling, count: number, nowMs: number): SamplingStep {
  const started = before.windowStartMs === 0 ? { ...before, windowStartMs: nowMs } : before;
  const sampling = { ...started, count: started.count + count };
  const elapsedMs = nowMs - sampling.windowStartMs;
  const isOverfull = (sampling.count * 1000) / fullRate > windowMs && elapsedMs >= shortestWindowMs;
  if (elapsedMs < windowMs && !isOverfull) return unchanged(sampling, windowMs - elapsedMs);
  const rate = (sampling.count * 1000 * (100 / sampling.percent)) / Math.max(elapsedMs, 1);
  return rate > fullRate ? loaded(sampling, rate, nowMs) : calm(sampling, rate, nowMs);
}

/** The share that is right for a load, a little slow to grow, so that it does not swing. */
function loaded(sampling: Sampling, rate: number, nowMs: number): SamplingStep {
  const wanted = shares.find((share) => (rate * share) / 100 <= sampledRate) ?? 1;
  const isGrowing = wanted > sampling.percent;
  const keeps = isGrowing && sampling.quietCount + 1 < quietWindows;
  const percent = keeps ? sampling.percent : wanted;
  return next(sampling, percent, keeps ? sampling.quietCount + 1 : 0, nowMs);
}

function calm(sampling: Sampling, rate: number, nowMs: number): SamplingStep {
  if (sampling.percent === 100) return next(sampling, 100, 0, nowMs);
  const quietCount = rate <= fullRate / 2 ? sampling.quietCount + 1 : 0;
  return quietCount < quietWindows
    ? next(sampling, sampling.percent, quietCount, nowMs)
    : next(sampling, 100, 0, nowMs);
}

function next(before: Sampling, percent: number, quietCount: number, nowMs: number): SamplingStep {
  // With everything reported and nothing to count, the next request starts the next window.
  const isIdle = percent === 100 && before.count === 0;
  const sampling = { percent, windowStartMs: isIdle ? 0 : nowMs, count: 0, quietCount };
  return {
    sampling,
    percent: percent === before.percent ? undefined : percent,
    wakeAfterMs: percent < 100 ? windowMs : undefined,
  };
}

function unchanged(sampling: Sampling, restMs: number): SamplingStep {
  return { sampling, percent: undefined, wakeAfterMs: sampling.percent < 100 ? restMs : undefined };
}
