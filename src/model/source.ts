/**
 * Which declared object a part of the model came from. It names the object only; whoever holds the resources turns it
 * into a file position.
 */
export interface Source {
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** The part of the object: a listener's name, `rule/0`, `rule/0/match/1`, a secret's key. */
  readonly section?: string;
}

/** `Kind/namespace/name`, as events and diagnostics name an object. */
export function sourceName(source: Source): string {
  return `${source.kind}/${source.namespace}/${source.name}`;
}
