/** Envoy's response flags in words (Envoy documentation, "Access logging", `%RESPONSE_FLAGS%`). */
const words: Readonly<Record<string, string>> = {
  UH: 'no healthy endpoint',
  UF: 'connection to the endpoint failed',
  UO: 'circuit breaker open',
  NR: 'no route matches',
  URX: 'retries used up',
  NC: 'no such cluster',
  DT: 'request or connection took too long',
  DC: 'client went away',
  LH: 'local health check failed',
  UT: 'endpoint took too long',
  LR: 'connection reset here',
  UR: 'endpoint reset the stream',
  UC: 'endpoint closed the connection',
  DI: 'delay injected',
  FI: 'fault injected',
  RL: 'rate limited',
  UAEX: 'denied by external authorization',
  RLSE: 'rate limit service failed',
  IH: 'invalid header',
  SI: 'stream idle for too long',
  DPE: 'client broke the protocol',
  UPE: 'endpoint broke the protocol',
  UMSDR: 'longest stream duration reached',
  OM: 'overload manager',
  DF: 'DNS resolution failed',
  DO: 'drop overload',
};

/** `UH (no healthy endpoint)`; several are joined with commas. */
export function explainFlags(flags: string): string {
  return flags
    .split(',')
    .filter((flag) => flag !== '')
    .map((flag) => (words[flag] === undefined ? flag : `${flag} (${words[flag]})`))
    .join(', ');
}
