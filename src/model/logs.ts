/** A line that a program wrote. */
export interface LogLine {
  /** When it was read, milliseconds since the epoch. */
  readonly timeMs: number;
  readonly stream: 'stdout' | 'stderr';
  /** Without its line end. */
  readonly text: string;
}

/** Whose lines are meant. */
export type LogOwner =
  | { readonly type: 'pod'; readonly namespace: string; readonly name: string }
  /** The tenant's Envoy: its own log, not its access log. */
  | { readonly type: 'proxy'; readonly tenant: string }
  /** The tenant's access log. A runtime does not have it: it is a file. */
  | { readonly type: 'access'; readonly tenant: string };

/**
 * What programs wrote lately: the latest lines of each, also of one that has just ended, until somebody of the same name
 * starts anew.
 */
export interface LogSource {
  /** Kept lines, oldest first; `undefined` where nobody of that name is known. */
  lines(owner: LogOwner): Promise<readonly LogLine[] | undefined>;
  /** Calls the listener for each new line. Returns what ends it. */
  follow(owner: LogOwner, listener: (line: LogLine) => void): () => void;
}
