/** Environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** One fact about the machine. `missing` keeps `calb-sim up` from working; a `note` changes what it does. */
export interface Finding {
  readonly state: 'ok' | 'note' | 'missing';
  readonly text: string;
  /** What to type, where something can be mended. */
  readonly fix?: string;
}

/** Something that is looked at. It changes nothing. */
export interface Check {
  /** What is looked at, in one word: `envoy`, `docker`. */
  readonly name: string;
  run(env: Environment, signal: AbortSignal): Promise<readonly Finding[]> | readonly Finding[];
}

/** A finding with the check that it came from. */
export interface CheckedFinding extends Finding {
  readonly check: string;
}

export function ok(text: string): Finding {
  return { state: 'ok', text };
}

export function note(text: string, fix?: string): Finding {
  return { state: 'note', text, ...(fix !== undefined && { fix }) };
}

export function missing(text: string, fix?: string): Finding {
  return { state: 'missing', text, ...(fix !== undefined && { fix }) };
}
