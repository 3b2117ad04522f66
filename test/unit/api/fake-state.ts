import type { ApiState } from '../../../src/api/api-state.ts';
import type { ObjectWriter } from '../../../src/api/object-writer.ts';
import { ObjectHistory } from '../../../src/api/read/object-history.ts';
import type { SocketAddress } from '../../../src/model/address.ts';
import type { LogLine, LogOwner, LogSource } from '../../../src/model/logs.ts';
import type { PodPrograms } from '../../../src/model/pod-programs.ts';
import type { KubeObject } from '../../../src/resources/resource.ts';
import type { SessionEvent } from '../../../src/session/events.ts';
import type { InstanceView } from '../../../src/session/view/instance-view.ts';

/** An `ApiState` whose objects and events a test sets. */
export class FakeState implements ApiState {
  objects: KubeObject[] = [];
  /** Replaces objects as they are, and remembers how Deployments are scaled. */
  readonly writer: ObjectWriter = {
    stored: (kind, namespace, name) => {
      const object = this.get(kind, namespace, name);
      return object === undefined ? undefined : { object, origin: { type: 'api' } };
    },
    all: () => this.objects.map((object) => ({ object, origin: { type: 'api' } })),
    write: ({ put }) => {
      for (const object of put) {
        const { name, namespace = '' } = object.metadata;
        const before = this.get(object.kind, object.metadata.namespace, name);
        if (before === undefined) throw new Error(`there is no ${name}`);
        const metadata = { ...before.metadata, ...object.metadata };
        this.objects = this.objects.with(
          this.objects.findIndex(
            ({ kind, metadata: own }) =>
              kind === object.kind && own.name === name && own.namespace === object.metadata.namespace,
          ),
          { ...before, ...object, metadata },
        );
        if (object.kind === 'Deployment') this.scaled.push([namespace, name, Object(object.spec).replicas]);
      }
    },
    preview: (object) => object as KubeObject,
    replacePod: () => {},
    differences: () => [],
  };
  events: SessionEvent[] = [];
  scaled: [namespace: string, name: string, replicas: number][] = [];
  isStopped = false;
  readonly #listeners = new Set<() => void>();

  get listenerCount(): number {
    return this.#listeners.size;
  }

  readonly #history = new ObjectHistory({
    read: (kind) => this.objects.filter((object) => object.kind === kind),
    state: () => this.objects,
    firstVersion: 7,
  });

  list(kind: string): readonly KubeObject[] {
    return this.#history.list(kind);
  }

  changesSince(kind: string, version: number) {
    return this.#history.changesSince(kind, version);
  }

  get(kind: string, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.list(kind).find(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
  }

  resourceVersion(): string {
    return String(this.#history.version);
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

  instance: InstanceView = {
    ...{ instance: 'demo', runtime: 'process', envoyVersion: '1.40.0', readiness: 'ready', startedAtMs: 0 },
    ...{ paths: [], files: [], tenants: [], diagnostics: [] },
  };
  /** What people asked for, in words. */
  asked: string[] = [];

  view(): InstanceView {
    return this.instance;
  }

  configuration(tenant: string) {
    return tenant === 'team-a' ? { model: { name: tenant }, xds: [] } : undefined;
  }

  source(ref: string) {
    return ref === 'Gateway/team-a/web' ? { file: 'a.yaml', line: 3, text: 'kind: Gateway' } : undefined;
  }

  killPod(namespace: string, name: string): void {
    this.asked.push(`kill ${namespace}/${name}`);
  }

  restartProxy(tenant: string): void {
    this.asked.push(`restart ${tenant}`);
  }

  reread(): void {
    this.asked.push('reread');
  }

  async access() {
    return { server: 'https://127.0.0.1:6443', caCertificate: 'CA', token: 'secret' };
  }

  readonly logs = new FakeLogs();
  programs: PodPrograms | undefined;
  /** By `namespace/name:port`. */
  readonly sockets = new Map<string, SocketAddress>();

  podSocket(namespace: string, name: string, port: number): SocketAddress | undefined {
    return this.sockets.get(`${namespace}/${name}:${port}`);
  }

  /** Tells the subscribers that something changed. */
  change(): void {
    for (const listener of this.#listeners) listener();
  }
}

/** Logs that a test writes. */
export class FakeLogs implements LogSource {
  readonly #lines = new Map<string, LogLine[]>();
  readonly #followers = new Set<(owner: string, line: LogLine) => void>();

  get followerCount(): number {
    return this.#followers.size;
  }

  write(owner: LogOwner, text: string, fields: Partial<LogLine> = {}): void {
    const key = JSON.stringify(owner);
    const line: LogLine = { timeMs: 1000, stream: 'stdout', text, ...fields };
    this.#lines.set(key, [...(this.#lines.get(key) ?? []), line]);
    for (const follower of this.#followers) follower(key, line);
  }

  async lines(owner: LogOwner): Promise<readonly LogLine[] | undefined> {
    return this.#lines.get(JSON.stringify(owner));
  }

  follow(owner: LogOwner, listener: (line: LogLine) => void): () => void {
    const key = JSON.stringify(owner);
    const follower = (written: string, line: LogLine) => {
      if (written === key) listener(line);
    };
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
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
