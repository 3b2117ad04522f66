import type { SocketAddress } from '../model/address.ts';
import type { LogSource } from '../model/logs.ts';
import type { PodPrograms } from '../model/pod-programs.ts';
import type { KubeObject } from '../resources/resource.ts';
import type { SessionEvent } from '../session/events.ts';
import type { DeclaredText } from '../session/objects/declared-text.ts';
import type { InstanceView } from '../session/view/instance-view.ts';
import type { ObjectWriter } from './object-writer.ts';
import type { ObjectChange } from './read/object-history.ts';
import type { StatusReport } from './status-report.ts';
import type { TenantConfiguration } from './tenant-configuration.ts';

/** What a client of the API's port needs. */
export interface ApiAccess {
  /** `https://127.0.0.1:PORT`. */
  readonly server: string;
  /** PEM. */
  readonly caCertificate: string;
  /** Owns the instance: never print it but in a kubeconfig that was asked for. */
  readonly token: string;
}

/** What the API reads from a running instance, and what it may ask of it. Implemented where the session is. */
export interface ApiState {
  /** Writing. */
  readonly writer: ObjectWriter;
  /**
   * All objects of a kind (`HTTPRoute`, also `Pod`), declared and generated, their status merged in, ordered by
   * namespace, then name. An object keeps its identity while nothing of it changed.
   */
  list(kind: string): readonly KubeObject[];
  /** One object; `namespace` is `undefined` for cluster-scoped kinds. */
  get(kind: string, namespace: string | undefined, name: string): KubeObject | undefined;
  /** Rises with every change of any object, decimal. */
  resourceVersion(): string;
  /** What happened to objects of a kind after a version, oldest first; `undefined` when that is not known (any more). */
  changesSince(kind: string, version: number): readonly ObjectChange[] | undefined;
  status(): StatusReport;
  /** The kept events with a greater `seq`, oldest first. */
  eventsSince(seq: number): readonly SessionEvent[];
  /** Calls the listener after every step that brought events or changed objects. Returns what ends it. */
  subscribe(listener: () => void): () => void;
  /** Sets a Deployment's number of pods without touching its file. The Deployment exists. */
  scale(namespace: string, name: string, replicas: number): void | Promise<void>;
  /** Stops the instance in order; returns before it has stopped. */
  stop(): void;
  /** What a person looks at. The same reference while it says the same, and so are its parts. */
  view(): InstanceView;
  /** What a tenant's Envoy shall have, secrets left out; `undefined` for no tenant. */
  configuration(tenant: string): TenantConfiguration | undefined;
  /** What stands in the file of an object (`Kind/namespace/name`, `Kind/name`); `undefined` where it is of none. */
  source(ref: string): DeclaredText | undefined;
  /** Ends a pod as if it had crashed. It exists. */
  killPod(namespace: string, name: string): void;
  /** Replaces a tenant's Envoy by another one. The tenant exists. */
  restartProxy(tenant: string): void;
  /** What programs wrote, access logs too. */
  readonly logs: LogSource;
  /** Ways to the programs of pods; `undefined` where pods are no containers. */
  readonly programs: PodPrograms | undefined;
  /** Where a port of a pod is on this machine; `undefined` where nothing listens now. */
  podSocket(namespace: string, name: string, port: number): SocketAddress | undefined;
  /** How clients such as kubectl get in; resolves when they can. */
  access(): Promise<ApiAccess>;
  /** Reads all files again: what was changed by other means follows them again. */
  reread(): void;
}
