/** A listener that was refused because of its address is sent again that long after. */
const firstDelayMs = 150;

/** How often; each pause is twice the one before. */
const most = {
  /** Another program has the port: another port can be found. */
  inUse: 1,
  /** Another listener of this Envoy has it, and is about to go or to move; it can take its time to warm before that. */
  duplicate: 5,
} as const;

/** Which refused listeners get another chance, because what took their address may be about to leave it. */
export class ListenerRetries {
  readonly #tried = new Map<string, { readonly version: string; readonly count: number }>();

  /** Milliseconds until a refused listener is to be sent again; `undefined` when it is refused for good. */
  delayAfter(name: string, version: string, reason: string): number | undefined {
    const before = this.#tried.get(name);
    const count = before?.version === version ? before.count : 0;
    if (count >= chances(reason)) return undefined;
    this.#tried.set(name, { version, count: count + 1 });
    return firstDelayMs * 2 ** count;
  }
}

function chances(reason: string): number {
  if (/duplicate address/.test(reason)) return most.duplicate;
  return /Address already in use/.test(reason) ? most.inUse : 0;
}
