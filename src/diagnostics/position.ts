/** A place in a file that a person can open. Lines and columns start at 1. */
export interface Position {
  /** Path as the person gave it (relative to the working folder where possible). */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}
