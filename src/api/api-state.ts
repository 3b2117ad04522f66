import type { KubeObject } from '../resources/resource.ts';
import type { SessionEvent } from '../session/events.ts';
import type { StatusReport } from './status-report.ts';

/** What the API reads from a running instance, and what it may ask of it. Implemented where the session is. */
export interface ApiState {
  /**
   * All objects of a kind (`HTTPRoute`, also `Pod`), declared and generated, their status merged in, ordered by
   * namespace, then name. An object keeps its identity while nothing of it changed.
   */
  list(kind: string): readonly KubeObject[];
  /** One object; `namespace` is `undefined` for cluster-scoped kinds. */
  get(kind: string, namespace: string | undefined, name: string): KubeObject | undefined;
  /** Rises with every change of any object, decimal. */
  resourceVersion(): string;
  status(): StatusReport;
  /** The kept events with a greater `seq`, oldest first. */
  eventsSince(seq: number): readonly SessionEvent[];
  /** Calls the listener after every step that brought events or changed objects. Returns what ends it. */
  subscribe(listener: () => void): () => void;
  /** Sets a Deployment's number of pods without touching its file. The Deployment exists. */
  scale(namespace: string, name: string, replicas: number): void | Promise<void>;
  /** Stops the instance in order; returns before it has stopped. */
  stop(): void;
}
