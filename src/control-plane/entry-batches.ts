import type { AccessLogEntry } from '../model/access-log-entry.ts';

/**
 * Collects finished requests and hands them on once per turn of the event loop: Envoy sends each in a message of its
 * own, and under load one event per request would cost more than reading it.
 */
export class EntryBatches {
  readonly #batches = new Map<string, AccessLogEntry[]>();
  readonly #deliver: (tenant: string, entries: readonly AccessLogEntry[]) => void;

  constructor(deliver: (tenant: string, entries: readonly AccessLogEntry[]) => void) {
    this.#deliver = deliver;
  }

  add(tenant: string, entries: readonly AccessLogEntry[]): void {
    const batch = this.#batches.get(tenant);
    if (batch !== undefined) {
      for (const entry of entries) batch.push(entry);
      return;
    }
    if (this.#batches.size === 0) setImmediate(() => this.#flush());
    this.#batches.set(tenant, [...entries]);
  }

  #flush(): void {
    const batches = [...this.#batches];
    this.#batches.clear();
    for (const [tenant, entries] of batches) this.#deliver(tenant, entries);
  }
}
