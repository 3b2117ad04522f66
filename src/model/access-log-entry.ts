/** One finished request, as Envoy's access log service reports it. */
export interface AccessLogEntry {
  /** Milliseconds since the epoch. */
  readonly startTimeMs: number;
  readonly durationMs: number;
  readonly method: string;
  /** `:authority`, with port where the client sent one. */
  readonly host: string;
  /** With query. */
  readonly path: string;
  readonly status: number;
  /** Envoy's short names: `UF`, `UH` …; empty when none. */
  readonly responseFlags: readonly string[];
  readonly responseCodeDetails: string;
  readonly route: string;
  readonly cluster: string;
  /** `address:port` of the host that answered, real; empty when none did. */
  readonly upstreamAddress: string;
  readonly attemptCount: number;
}
