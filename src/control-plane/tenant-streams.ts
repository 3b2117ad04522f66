import type { ControlPlaneEvent } from './control-plane.ts';
import { DeltaStream } from './delta-stream.ts';
import type { StreamEdges, Target } from './stream-edges.ts';

type Applied = Extract<ControlPlaneEvent, { type: 'snapshot-applied' }>;

type Changed = Applied['changed'];

/** A stream's own state, as far as the tenant's follows from it. */
interface Member {
  readonly end: () => void;
  /** Whether it came when another one served already: what it has to be sent first is no change. */
  isCatchingUp: boolean;
  /** What it said of the whole target; absent until it has it. */
  applied: Applied | undefined;
  /** What it was sent since a snapshot was told to be applied. */
  changed: Changed;
}

/**
 * A tenant: what its Envoy shall have, and the streams of its Envoy: two while one takes over from another, and both
 * serve. So a snapshot counts as applied when all that are connected have it: only then nobody sends requests where
 * nothing is any more. A newcomer that catches up with what was applied already is no news, nor is a refusal that
 * the other one told.
 */
export class TenantStreams {
  readonly #name: string;
  readonly #emit: (event: ControlPlaneEvent) => void;
  readonly #streams = new Map<DeltaStream, Member>();
  /** What was refused, or warms slowly, of the current target. */
  readonly #told = new Set<string>();
  #target: Target | undefined;
  #ackedVersion: string | undefined;

  constructor(name: string, emit: (event: ControlPlaneEvent) => void) {
    this.#name = name;
    this.#emit = emit;
  }

  /** Version that all Envoys which are connected have acknowledged completely. */
  get ackedVersion(): string | undefined {
    return this.#ackedVersion;
  }

  setTarget(target: Target): void {
    this.#target = target;
    this.#told.clear();
    for (const member of this.#streams.values()) member.applied = undefined;
    for (const stream of this.#streams.keys()) stream.setTarget(target);
  }

  /** A stream has proved that it is of this tenant. `end` closes its connection. */
  open(edges: Omit<StreamEdges, 'emit'>, envoyVersion: string | undefined, end: () => void): DeltaStream {
    const isCatchingUp = this.#ackedVersion !== undefined;
    const member: Member = { end, isCatchingUp, applied: undefined, changed: {} };
    const stream = new DeltaStream(this.#name, { ...edges, emit: (event) => this.#take(member, event) });
    this.#streams.set(stream, member);
    if (this.#streams.size === 1) {
      this.#emit({ type: 'proxy-connected', tenant: this.#name, envoyVersion });
    }
    if (this.#target !== undefined) stream.setTarget(this.#target);
    return stream;
  }

  /** A stream has ended. Others go on for the tenant. */
  closed(stream: DeltaStream): void {
    stream.close();
    const member = this.#streams.get(stream);
    if (member === undefined) return;
    this.#streams.delete(stream);
    if (this.#streams.size > 0) {
      if (member.applied === undefined) this.#settle();
      return;
    }
    this.#ackedVersion = undefined;
    this.#told.clear();
    this.#emit({ type: 'proxy-disconnected', tenant: this.#name });
  }

  /** Ends all streams. */
  end(): void {
    for (const { end } of this.#streams.values()) end();
  }

  #take(member: Member, event: ControlPlaneEvent): void {
    if (event.type === 'snapshot-applied') {
      member.applied = event;
      if (!member.isCatchingUp) member.changed = event.changed;
      member.isCatchingUp = false;
      this.#settle();
    } else if (this.#isNews(event)) this.#emit(event);
  }

  /** Says that the target is applied when nobody who is connected lacks it. */
  #settle(): void {
    const members = [...this.#streams.values()];
    const all = members.flatMap(({ applied }) => applied ?? []);
    const first = all[0];
    if (first === undefined || all.length < members.length) return;
    const changed = most(members.map((member) => member.changed));
    // Who was there before went without having had this version: then all of it is new.
    const isUntold = this.#ackedVersion !== first.version && Object.keys(changed).length === 0;
    for (const member of members) member.changed = {};
    this.#ackedVersion = first.version;
    this.#emit({
      ...first,
      changed: isUntold ? first.changed : changed,
      rejected: [...new Set(all.flatMap(({ rejected }) => rejected))],
    });
  }

  #isNews(event: ControlPlaneEvent): boolean {
    const key = newsKey(event);
    if (key === undefined) return true;
    const isNews = !this.#told.has(key);
    this.#told.add(key);
    return isNews;
  }
}

/** What two Envoys of a tenant would both tell of the same target. */
function newsKey(event: ControlPlaneEvent): string | undefined {
  switch (event.type) {
    case 'resource-rejected':
      return `${event.resourceType} ${event.name} ${event.reason}`;
    case 'warming-slow':
      return `warming ${[...event.clusters].sort().join(' ')}`;
    default:
      return undefined;
  }
}

/** Both were sent the same: what changed is what the one had that was sent more. */
function most(all: readonly Changed[]): Changed {
  const merged: Record<string, number> = {};
  for (const changed of all) {
    for (const [type, count] of Object.entries(changed)) merged[type] = Math.max(merged[type] ?? 0, count);
  }
  return merged;
}
