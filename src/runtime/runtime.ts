import type { SocketAddress } from '../model/address.ts';

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
}

/** A simulated backend. */
export interface DesiredPod {
  readonly namespace: string;
  /** Kubernetes-like: `active-858c6d4d7c-cs8zm`. */
  readonly name: string;
  readonly app: 'echo' | 'httpbin';
  /**
   * What the Deployment's container says, fieldRefs resolved except for what only the runtime knows: the text
   * `$(status.podIP)` in a value stands for the pod's own address.
   */
  readonly env: Readonly<Record<string, string>>;
  /** Extra ports that the app must serve HTTP/1.1 on, beside the defaults of its kind (echo: 3000, 3001). */
  readonly ports: readonly number[];
  /** Files by path inside the pod (Secret and ConfigMap volumes): contents as text. */
  readonly files: Readonly<Record<string, string>>;
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
  /** Path of the admin interface's unix socket. */
  readonly adminSocket: string;
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

/** A small step from what runs to what shall run. Made by the pure `plan`; each one can be shown and has its cause. */
export type Operation = { readonly cause: Cause } & (
  | { readonly type: 'start-proxy'; readonly proxy: DesiredProxy }
  | { readonly type: 'stop-proxy'; readonly tenant: string }
  | { readonly type: 'replace-proxy'; readonly proxy: DesiredProxy; readonly reason: string }
  | { readonly type: 'start-pod'; readonly pod: DesiredPod }
  | { readonly type: 'stop-pod'; readonly namespace: string; readonly name: string }
  | { readonly type: 'put-service'; readonly service: DesiredService }
  | { readonly type: 'remove-service'; readonly namespace: string; readonly name: string }
);

/** What a runtime tells while it works. */
export type RuntimeEvent = { readonly cause: Cause } & (
  | {
      readonly type: 'pod-started';
      readonly namespace: string;
      readonly name: string;
      readonly address: string;
    }
  | {
      readonly type: 'pod-stopped';
      readonly namespace: string;
      readonly name: string;
      readonly exitCode?: number;
      readonly willRestart: boolean;
    }
  | {
      readonly type: 'service-changed';
      readonly namespace: string;
      readonly name: string;
      readonly address: string;
    }
  | {
      readonly type: 'proxy-started';
      readonly tenant: string;
      readonly pid?: number;
      readonly container?: string;
    }
  | {
      readonly type: 'proxy-exited';
      readonly tenant: string;
      readonly exitCode?: number;
      readonly signal?: string;
      readonly willRestart: boolean;
      /** The last lines that it wrote to its log. */
      readonly log: readonly string[];
    }
  /** A port that was taken, or `localhost`, could be had meanwhile: what `reserve` would answer now for the same ports. */
  | { readonly type: 'ports-changed'; readonly bindings: readonly Binding[] }
  /** A line of a proxy's health-check or outlier event log. */
  | { readonly type: 'proxy-health-line'; readonly tenant: string; readonly line: string }
  /** Something that a person should know, with a fix where there is one. */
  | { readonly type: 'runtime-problem'; readonly message: string; readonly hint: string }
);

/** Who runs Envoys and pods. `process` and, later, `docker` implement it; nothing above may ask which one it is. */
export interface Runtime {
  readonly name: 'process' | 'docker';
  /** Version of the Envoy that it runs, e.g. `1.40.0`. */
  readonly envoyVersion: string;
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
  /** Stops all that it started, in order; says how much that was. Idempotent. */
  close(options: { readonly force: boolean }): Promise<RemovedCounts>;
}

export interface RemovedCounts {
  readonly proxies: number;
  readonly pods: number;
  readonly services: number;
}
