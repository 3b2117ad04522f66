import type { SocketAddress } from '../model/address.ts';
import type { LogSource } from '../model/logs.ts';
import type { PodPrograms } from '../model/pod-programs.ts';
import type { PodImage } from './pod-image.ts';

/** A cause is the `seq` of the event that led to an operation. */
export type Cause = number | undefined;

/** A port that a data-plane Gateway declares. */
export interface WantedSocket {
  /** `namespace/name` of the Gateway. */
  readonly gateway: string;
  readonly tenant: string;
  readonly port: number;
  /** `spec.addresses` of type IPAddress, where the Gateway asks for one. */
  readonly requestedAddress?: string;
}

/** Where a declared port really is. */
export interface Binding {
  readonly gateway: string;
  /** As declared. */
  readonly port: number;
  /** Where Envoy binds, in its own network; the first is the Gateway's own. Empty when `conflict` is set. */
  readonly bind: readonly SocketAddress[];
  /**
   * Sockets of this machine that lead to the first of `bind`, where Envoy has a network of its own. Absent: it has not,
   * and `bind` are this machine's sockets.
   */
  readonly published?: readonly SocketAddress[];
  /** What a person dials: the Gateway's own address, with the port that is really used. */
  readonly reach: SocketAddress;
  /** Whether `localhost` reaches it too, on `reach.port`. */
  readonly localhost: boolean;
  /** Set when the port cannot be had: who holds it, in words. */
  readonly conflict?: string;
}

/** What shall run. */
export interface DesiredState {
  readonly proxies: readonly DesiredProxy[];
  readonly pods: readonly DesiredPod[];
  readonly services: readonly DesiredService[];
}

export interface DesiredProxy {
  readonly tenant: string;
  /** Bootstrap as Envoy's JSON; a change of it replaces the process. Holds the tenant's token: never print it. */
  readonly bootstrap: string;
  readonly concurrency: number;
  readonly network: ProxyNetwork;
}

/** What an Envoy is connected to that has a network of its own. Runtimes whose Envoys share this machine's ignore it. */
export interface ProxyNetwork {
  /** Its Gateways' ports, those without a conflict. */
  readonly bindings: readonly Binding[];
  /** Envoy Services of its Gateways: the names by which other containers reach their ports. */
  readonly services: readonly ProxyService[];
  /** Other namespaces, sorted, whose pods or Services its clusters lead to. */
  readonly reaches: readonly string[];
  /** Servers of this machine that its clusters lead to: what is passed through. */
  readonly hostTargets: readonly HostTarget[];
}

/** The Service that stands for a Gateway in the cluster's DNS: `name.namespace.svc.cluster.local`. */
export interface ProxyService {
  /** `namespace/name` of the Gateway. */
  readonly gateway: string;
  readonly namespace: string;
  readonly name: string;
}

/** A server on this machine: a loopback address, or a unix socket. */
export type HostTarget = SocketAddress | { readonly path: string };

/** A simulated backend. */
export interface DesiredPod {
  readonly namespace: string;
  /** Kubernetes-like: `active-858c6d4d7c-cs8zm`. */
  readonly name: string;
  readonly app: 'echo' | 'httpbin';
  /** The Deployment's own image, where it is neither of the two apps. Read by runtimes that run images; `app` stands in elsewhere. */
  readonly image?: PodImage;
  /** Names by which other containers reach it: those of headless Services. */
  readonly aliases?: readonly string[];
  /**
   * What the Deployment's container says, fieldRefs resolved except for what only the runtime knows: the text
   * `$(status.podIP)` in a value stands for the pod's own address.
   */
  readonly env: Readonly<Record<string, string>>;
  /** Extra ports that the app must serve HTTP/1.1 on, beside the defaults of its kind (echo: 3000, 3001). */
  readonly ports: readonly number[];
  /** Files by path inside the pod (Secret and ConfigMap volumes): contents as text. */
  readonly files: Readonly<Record<string, string>>;
  /** Those of the same volumes that are no text, in base64. */
  readonly binaryFiles?: Readonly<Record<string, string>>;
}

/** A ClusterIP: an address that hands each connection to a ready pod and refuses when there is none. */
export interface DesiredService {
  readonly namespace: string;
  readonly name: string;
  readonly ports: readonly DesiredServicePort[];
}

export interface DesiredServicePort {
  readonly port: number;
  /** Real addresses of ready pods. Empty: refuse. */
  readonly targets: readonly SocketAddress[];
}

/** What runs. */
export interface ObservedState {
  readonly proxies: readonly ObservedProxy[];
  readonly pods: readonly ObservedPod[];
  readonly services: readonly ObservedService[];
}

export interface ObservedProxy {
  readonly tenant: string;
  readonly pid?: number;
  readonly container?: string;
  readonly bootstrap: string;
  readonly concurrency: number;
  readonly state: 'starting' | 'running' | 'backing-off';
  /** Path of the admin interface's unix socket, on this machine. */
  readonly adminSocket: string;
  /** What it is connected to. Absent: it shares this machine's network, and needs nothing. */
  readonly network?: ProxyNetwork;
  /** Other namespaces whose networks it is in by now. Absent: it reaches everything. */
  readonly reached?: readonly string[];
}

export interface ObservedPod {
  readonly namespace: string;
  readonly name: string;
  /** The pod's own address, real: what Envoy dials. */
  readonly address: string;
  readonly ready: boolean;
  /** Declared port → port that is really bound, where a missing privilege or a single loopback address moved it. */
  readonly movedPorts?: Readonly<Record<number, number>>;
  /** The desired pod that it was made from. */
  readonly spec: DesiredPod;
  /** Id of its container. */
  readonly container?: string;
  /** Set while it is not simply running: its program ends again and again, and is started again after a pause. */
  readonly waiting?: 'CrashLoopBackOff' | 'ContainerCreating' | 'ImagePull' | 'ImagePullBackOff';
  /** Its program has ended and is not started again. */
  readonly ended?: { readonly exitCode?: number };
  /** How often its program was started again. */
  readonly restarts?: number;
  readonly lastExitCode?: number;
  /** Why `app` stands in for the declared image. */
  readonly standIn?: string;
}

export interface ObservedService {
  readonly namespace: string;
  readonly name: string;
  /** The Service's own address (its ClusterIP, real). */
  readonly address: string;
  readonly ports: readonly DesiredServicePort[];
  /** Whether it hands connections out as `ports` says; a change takes a moment. */
  readonly ready: boolean;
  /** Declared port → port that is really bound, where a missing privilege or a single loopback address moved it. */
  readonly movedPorts?: Readonly<Record<number, number>>;
}

/**
 * A small step from what runs to what shall run. Made by the pure `plan`, or asked for by a person; each one can be
 * shown and has its cause.
 */
export type Operation = { readonly cause: Cause } & (
  | { readonly type: 'start-proxy'; readonly proxy: DesiredProxy }
  | { readonly type: 'stop-proxy'; readonly tenant: string }
  /** Other ports, names or networks; nothing is taken away. */
  | { readonly type: 'connect-proxy'; readonly proxy: DesiredProxy }
  /** Replaced also where the one that runs is the same. */
  | { readonly type: 'replace-proxy'; readonly proxy: DesiredProxy; readonly reason: string }
  | { readonly type: 'start-pod'; readonly pod: DesiredPod }
  /** Other files or names: its program runs on. */
  | { readonly type: 'update-pod'; readonly pod: DesiredPod }
  | { readonly type: 'stop-pod'; readonly namespace: string; readonly name: string }
  /** Its program ends as if it had crashed, and is started again as after any crash. */
  | { readonly type: 'kill-pod'; readonly namespace: string; readonly name: string }
  | { readonly type: 'put-service'; readonly service: DesiredService }
  | { readonly type: 'remove-service'; readonly namespace: string; readonly name: string }
);

/** A unix socket or TCP socket to listen on. Port 0: any. */
export type ListenAddress = SocketAddress | { readonly path: string };

/** Who runs Envoys and pods. `process` and `docker` implement it; nothing above may ask which one it is. */
export interface Runtime {
  readonly name: 'process' | 'docker';
  /** Version of the Envoy that it runs, e.g. `1.40.0`. */
  readonly envoyVersion: string;
  /** Whether pods run the images that Deployments declare. */
  readonly runsImages: boolean;
  /**
   * Whether two Envoys of a tenant may listen on the same port, so that one can take over from the other (`SO_REUSEPORT`).
   * Only where nobody else is in their network: two Envoys that meet by accident would silently share connections.
   */
  readonly sharesListeners: boolean;
  /** Folder, as Envoys see it, of unix sockets that lead to this machine's servers. Absent: they are reached directly. */
  readonly hostSocketFolder?: string;
  /**
   * Makes a way from a tenant's Envoy to the control plane, before that Envoy is started. Has `listen` called where the
   * control plane must listen for it; answers the address as Envoy sees it.
   */
  connectControlPlane(
    tenant: string,
    listen: (at: ListenAddress) => Promise<ListenAddress>,
  ): Promise<ListenAddress>;
  /** Finds addresses for all declared ports, keeping those that it gave before. Ports that are no longer wanted are given back. */
  reserve(wanted: readonly WantedSocket[]): Promise<readonly Binding[]>;
  /**
   * An Envoy could not bind this socket, though it was free a moment ago: somebody else was quicker. Looks again for the
   * port that it belongs to; answers all bindings.
   */
  rebind(lost: SocketAddress): Promise<readonly Binding[]>;
  observe(): ObservedState;
  /** Executes independent operations in parallel; resolves when all were carried out or reported as problems. */
  execute(operations: readonly Operation[]): Promise<void>;
  /** Path, as the tenant's Envoy sees it, of the file that takes health-check and outlier events. */
  eventLogPath(tenant: string): string;
  /** Path, as the tenant's Envoy sees it, of its access log. */
  accessLogPath(tenant: string): string;
  /** Path, as the tenant's Envoy sees it, of its admin socket. */
  adminSocketPath(tenant: string): string;
  /** Mode of the admin socket: whoever may open it on this machine owns the instance. */
  readonly adminSocketMode: number;
  /** Paths of the same on this machine. */
  filesOf(tenant: string): ProxyFilesHere;
  /** What pods and Envoys wrote. */
  readonly logs: LogSource;
  /** Ways to pods' programs. Absent: pods are no containers. */
  readonly programs?: PodPrograms;
  /** Stops all that it started, in order; says how much that was. Idempotent. */
  close(options: { readonly force: boolean }): Promise<RemovedCounts>;
}

/** A tenant's files on this machine. */
export interface ProxyFilesHere {
  readonly accessLog: string;
  readonly adminSocket: string;
}

export interface RemovedCounts {
  readonly proxies: number;
  readonly pods: number;
  readonly services: number;
  readonly containers?: number;
  readonly networks?: number;
}
