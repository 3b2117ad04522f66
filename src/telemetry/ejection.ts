import type { OutlierDetection } from '../model/cluster.ts';
import type { OutlierEvent } from './health-events.ts';

/** Envoy's default for `max_ejection_time`, milliseconds; a longer base time takes its place. */
const defaultMaxEjectionMs = 300_000;

/** What Envoy's outlier detection did to an endpoint, last and so far. */
export interface Ejection {
  /** How often it was ejected since its cluster was made. */
  readonly count: number;
  /** When it was ejected last, milliseconds since the epoch. */
  readonly atMs: number;
  /** When it may return at the earliest: Envoy looks once every interval. */
  readonly untilMs: number;
  /** Envoy's detector in lower case: `consecutive_5xx`. */
  readonly reason: string;
  /** How many base times it was ejected for; falls by one with each interval without another ejection. */
  readonly multiplier: number;
  /** Set once it is back. */
  readonly returnedAtMs?: number;
}

type Times = Pick<OutlierDetection, 'baseEjectionMs' | 'intervalMs'>;

/**
 * The ejection that an enforced `ejected` event tells of. It lasts the base ejection time × a multiplier that grows with
 * each ejection and falls while the endpoint behaves, at most Envoy's `max_ejection_time`
 * (`Outlier::DetectorImpl::ejectHost`, `checkHostForUneject`).
 */
export function ejectionOf(
  event: OutlierEvent,
  before: Ejection | undefined,
  detection: Times | undefined,
): Ejection {
  const { baseEjectionMs = 0, intervalMs = 0 } = detection ?? {};
  const maxMs = Math.max(defaultMaxEjectionMs, baseEjectionMs);
  const known = before === undefined ? 0 : multiplierAt(before, event.timeMs, intervalMs);
  const multiplier = known * baseEjectionMs <= maxMs ? known + 1 : known;
  return {
    count: Math.max(event.ejections, (before?.count ?? 0) + 1),
    atMs: event.timeMs,
    untilMs: event.timeMs + Math.min(baseEjectionMs * multiplier, maxMs),
    reason: event.reason,
    multiplier,
  };
}

function multiplierAt({ multiplier, returnedAtMs }: Ejection, nowMs: number, intervalMs: number): number {
  if (returnedAtMs === undefined || intervalMs <= 0) return multiplier;
  return Math.max(0, multiplier - Math.floor((nowMs - returnedAtMs) / intervalMs));
}
