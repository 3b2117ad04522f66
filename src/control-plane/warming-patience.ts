import type { SentResponse, Subscription } from './subscription.ts';

interface Warming {
  readonly untilMs: number;
  /** Clusters of the response that Envoy did not have before. */
  readonly clusters: readonly string[];
}

/**
 * Bounds how long routes wait for new clusters. Envoy holds back its acknowledgement until a cluster has warmed, which
 * takes a health-check timeout where a host does not answer.
 */
export class WarmingPatience {
  readonly #patienceMs: number;
  readonly #warming = new Map<string, Warming>();
  readonly #overdue = new Map<string, readonly string[]>();
  /** Whether a timer for the next deadline runs. */
  isTimed = false;

  constructor(patienceMs: number) {
    this.#patienceMs = patienceMs;
  }

  watch({ nonce, resources, sentAtMs }: SentResponse, { held }: Subscription): void {
    const clusters = resources.map(({ name }) => name).filter((name) => !held.has(name));
    if (clusters.length > 0) this.#warming.set(nonce, { clusters, untilMs: sentAtMs + this.#patienceMs });
  }

  /** The response was answered. */
  forget(nonce: string): void {
    this.#warming.delete(nonce);
    this.#overdue.delete(nonce);
  }

  /** Clusters that are waited for too long since the last call, and after how long the next could be. */
  check(now: number): { readonly overdue: readonly string[]; readonly nextMs: number | undefined } {
    const overdue: string[] = [];
    let nextMs: number | undefined;
    for (const [nonce, { clusters, untilMs }] of this.#warming) {
      if (untilMs <= now) {
        this.#warming.delete(nonce);
        this.#overdue.set(nonce, clusters);
        overdue.push(...clusters);
      } else nextMs = Math.min(nextMs ?? Number.POSITIVE_INFINITY, untilMs - now);
    }
    return { overdue, nextMs };
  }

  /** Of `clusters`, those that are still waited for. */
  limit(clusters: readonly string[]): readonly string[] {
    if (this.#overdue.size === 0) return clusters;
    const given = new Set([...this.#overdue.values()].flat());
    return clusters.filter((cluster) => !given.has(cluster));
  }
}
