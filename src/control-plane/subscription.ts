import type { ResourceType, SnapshotResource } from '../xds/snapshot.ts';
import type { DeltaRequest } from './wire/delta-request.ts';

/** What Envoy is known to hold under a name; without `resource` it only told the version, after a reconnection. */
export interface Held {
  readonly version: string;
  readonly resource: SnapshotResource | undefined;
}

/** A response that was sent and neither acknowledged nor refused yet. */
export interface SentResponse {
  readonly nonce: string;
  readonly type: ResourceType;
  readonly resources: readonly SnapshotResource[];
  readonly removed: readonly string[];
  readonly sentAtMs: number;
}

/** The last thing that was sent under a name; without `resource` it was its removal. */
interface InFlight {
  readonly nonce: string;
  readonly resource: SnapshotResource | undefined;
}

/** Envoy asks for all clusters and listeners, and for the others by name. */
const wildcardTypes: ReadonlySet<ResourceType> = new Set(['cluster', 'listener']);

/** What one stream knows about one resource type: what Envoy asked for, what it has, and what is on the way to it. */
export class Subscription {
  readonly type: ResourceType;
  /** Whether Envoy has asked for this type at all. */
  isOpen = false;
  /** Whether it asks for all resources of the type. */
  isWildcard = false;
  /** Whether it waits for a first answer, which tells it that there is nothing where there is nothing. */
  awaitsAnswer = false;
  /** Names that it asked for one by one. */
  readonly names = new Set<string>();
  readonly held = new Map<string, Held>();
  readonly inFlight = new Map<string, InFlight>();
  /** Versions that Envoy refused, by name; not sent again. */
  readonly rejected = new Map<string, string>();
  /** Names to be compared with the target: everything else is as it should be. */
  readonly dirty = new Set<string>();
  /** Names that go out in a response of their own, because a response with several was refused. */
  readonly alone = new Set<string>();

  constructor(type: ResourceType) {
    this.type = type;
  }

  wants(name: string): boolean {
    return this.isWildcard || this.names.has(name);
  }

  /** The version that Envoy has or is about to have. */
  version(name: string): string | undefined {
    const inFlight = this.inFlight.get(name);
    return inFlight === undefined ? this.held.get(name)?.version : inFlight.resource?.version;
  }

  /** Takes over what a request says about subscriptions. Returns whether it was the first one of the type. */
  update(request: DeltaRequest): boolean {
    const isFirst = !this.isOpen;
    this.isOpen = true;
    if (isFirst) {
      this.isWildcard = request.subscribe.length === 0 && wildcardTypes.has(this.type);
      this.awaitsAnswer = wildcardTypes.has(this.type) && request.initialVersions.size === 0;
      for (const [name, version] of request.initialVersions) {
        this.held.set(name, { version, resource: undefined });
        this.dirty.add(name);
      }
    }
    for (const name of request.subscribe) {
      if (name === '*') {
        this.isWildcard = true;
        continue;
      }
      this.names.add(name);
      // Who asks has nothing, unless it just said what it has.
      if (!request.initialVersions.has(name)) {
        this.held.delete(name);
        this.inFlight.delete(name);
      }
      this.dirty.add(name);
    }
    for (const name of request.unsubscribe) this.#forget(name);
    return isFirst;
  }

  sent(response: SentResponse): void {
    this.awaitsAnswer = false;
    for (const resource of response.resources) {
      this.inFlight.set(resource.name, { nonce: response.nonce, resource });
      this.dirty.delete(resource.name);
    }
    for (const name of response.removed) {
      this.inFlight.set(name, { nonce: response.nonce, resource: undefined });
      this.dirty.delete(name);
    }
  }

  acknowledged(response: SentResponse): void {
    for (const resource of response.resources) {
      const { name, version } = resource;
      if (!this.#land(name, response.nonce)) continue;
      this.held.set(name, { version, resource });
      this.rejected.delete(name);
    }
    for (const name of response.removed) if (this.#land(name, response.nonce)) this.#gone(name);
  }

  /**
   * Nothing of a refused response counts as applied. What was sent together is sent again one by one; a resource that
   * was sent alone is returned as the culprit. About a refused removal nothing can be done.
   */
  refused(response: SentResponse): SnapshotResource | undefined {
    const { nonce, removed, resources } = response;
    const names = [...resources.map(({ name }) => name), ...removed];
    const landed = names.filter((name) => this.#land(name, nonce));
    if (names.length > 1) for (const name of landed) this.alone.add(name);
    else if (resources.length === 0) for (const name of landed) this.#gone(name);
    else if (landed.length > 0) return resources[0];
    return undefined;
  }

  /** Whether the response was still about something that Envoy wants; what it names is compared again. */
  #land(name: string, nonce: string): boolean {
    const inFlight = this.inFlight.get(name);
    if (inFlight === undefined) return false;
    if (inFlight.nonce === nonce) {
      this.inFlight.delete(name);
      this.alone.delete(name);
    }
    this.dirty.add(name);
    return true;
  }

  /** Endpoints stay known as missing, so that their absence is told once. */
  #gone(name: string): void {
    if (this.type === 'endpoint') this.held.set(name, { version: '', resource: undefined });
    else this.held.delete(name);
  }

  #forget(name: string): void {
    if (name === '*') this.isWildcard = false;
    this.names.delete(name);
    if (this.isWildcard) return;
    this.held.delete(name);
    this.inFlight.delete(name);
    this.rejected.delete(name);
    this.dirty.delete(name);
    this.alone.delete(name);
  }
}
