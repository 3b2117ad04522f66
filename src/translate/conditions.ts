/** A condition without its time: whoever keeps the status stamps it when `status` changes. */
export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration: number;
}

/** Type, status, reason and message of a condition. */
export type Verdict = readonly [type: string, status: 'True' | 'False', reason: string, message: string];

/** The conditions of these verdicts for one generation of an object. */
export function conditions(generation: number, verdicts: readonly Verdict[]): readonly Condition[] {
  return verdicts.map(([type, status, reason, message]) => ({
    type,
    status,
    reason,
    message,
    observedGeneration: generation,
  }));
}
