import type { ApiState } from '../../../src/api/api-state.ts';
import type { KubeObject } from '../../../src/resources/resource.ts';
import type { SessionEvent } from '../../../src/session/events.ts';

/** An `ApiState` whose objects and events a test sets. */
export class FakeState implements ApiState {
  objects: KubeObject[] = [];
  events: SessionEvent[] = [];
  scaled: [namespace: string, name: string, replicas: number][] = [];
  isStopped = false;
  readonly #listeners = new Set<() => void>();

  get listenerCount(): number {
    return this.#listeners.size;
  }

  list(kind: string): readonly KubeObject[] {
    return this.objects.filter((object) => object.kind === kind);
  }

  get(kind: string, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.list(kind).find(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
  }

  resourceVersion(): string {
    return String(Math.max(0, ...this.objects.map(({ metadata }) => Number(metadata.resourceVersion))));
  }

  status() {
    return {
      instance: 'demo',
      runtime: 'process' as const,
      envoyVersion: '1.40.0',
      listeners: [],
      tenants: [],
      diagnostics: [],
    };
  }

  eventsSince(seq: number): readonly SessionEvent[] {
    return this.events.filter((event) => event.seq > seq);
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  scale(namespace: string, name: string, replicas: number): void {
    this.scaled.push([namespace, name, replicas]);
  }

  stop(): void {
    this.isStopped = true;
  }

  /** Tells the subscribers that something changed. */
  change(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** An object with the metadata that a server assigns. */
export function object(
  kind: string,
  apiVersion: string,
  [namespace, name]: readonly [string | undefined, string],
  rest: Partial<KubeObject> = {},
): KubeObject {
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      uid: `uid-${name}`,
      resourceVersion: '7',
      generation: 1,
      creationTimestamp: '2026-01-31T09:00:00Z',
    },
    ...rest,
  };
}

/** An event with the common fields. */
export function event(seq: number, body: object): SessionEvent {
  return { v: 1, seq, time: '2026-01-31T09:00:00.123Z', ...body } as SessionEvent;
}
