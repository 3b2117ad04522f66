/** How many request events a second a tenant may cause before only a share of its requests is reported. */
const busyPerSecond = 500;

/** Shares that are used, percent. Few steps, so that a changing load does not change the share all the time. */
const steps = [100, 10, 1] as const;

/** Length of the window in which requests are counted, milliseconds. */
export const sampleWindowMs = 500;

/** What is known of a tenant's load. Immutable. */
export interface SamplerState {
  /** Share of requests that its Envoy reports, percent. */
  readonly percent: (typeof steps)[number];
  readonly windowStartMs: number;
  /** Entries seen in the window. */
  readonly count: number;
}

/** All requests are reported. */
export function newSampler(nowMs: number): SamplerState {
  return { percent: 100, windowStartMs: nowMs, count: 0 };
}

/**
 * Counts reported requests and decides, once a window, how many of them shall be reported from now on: under load a
 * share, of which each event stands for several requests; all of them again when it is quiet.
 */
export function sample(state: SamplerState, entries: number, nowMs: number): SamplerState {
  const count = state.count + entries;
  const elapsedMs = nowMs - state.windowStartMs;
  // A flood is answered at once: waiting for the window's end would let it pile up.
  const isFlood = count > (busyPerSecond * sampleWindowMs) / 1000;
  if (elapsedMs < sampleWindowMs && !isFlood) return { ...state, count };
  const perSecond = (count * 1000) / Math.max(elapsedMs, isFlood ? 1 : sampleWindowMs);
  return { percent: nextPercent(state.percent, perSecond), windowStartMs: nowMs, count: 0 };
}

function nextPercent(percent: SamplerState['percent'], reportedPerSecond: number): SamplerState['percent'] {
  const index = steps.indexOf(percent);
  if (reportedPerSecond > busyPerSecond) return steps[Math.min(index + 1, steps.length - 1)] ?? percent;
  // Back only when the next larger share would clearly fit: otherwise it would swing.
  const larger = steps[index - 1];
  if (larger === undefined) return percent;
  const expected = (reportedPerSecond * larger) / percent;
  return expected < busyPerSecond / 2 ? larger : percent;
}
