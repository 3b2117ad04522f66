import type { Severity } from '../diagnostics/diagnostic.ts';

/** Version of the event format. */
export const eventVersion = 1;

/** A reachable listener, as `Ready` and `status` show it. */
export interface ListenerUrl {
  readonly tenant: string;
  /** `namespace/name`. */
  readonly gateway: string;
  readonly listener: string;
  /** Real address and port that can be dialled. */
  readonly address: string;
  readonly port: number;
  readonly url: string;
  readonly hostnames: readonly string[];
}

interface Common {
  readonly v: typeof eventVersion;
  /** 1 and up, without gaps in one instance. */
  readonly seq: number;
  /** RFC 3339 with milliseconds. */
  readonly time: string;
  readonly tenant?: string;
  /** `seq` of the event that led to this one. */
  readonly cause?: number;
}

/** What happened, without what the session adds (`v`, `seq`, `time`). */
export type EventBody =
  | {
      readonly type: 'Ready';
      readonly runtime: string;
      readonly envoyVersion: string;
      readonly durationMs: number;
      readonly urls: readonly ListenerUrl[];
    }
  | { readonly type: 'FilesChanged'; readonly files: readonly string[] }
  /** Somebody wrote an object through the API. */
  | {
      readonly type: 'ObjectChanged';
      /** `HTTPRoute/namespace/name`. */
      readonly resource: string;
      readonly change: 'created' | 'configured' | 'deleted';
      /** Who wrote it: `kubectl-client-side-apply`. */
      readonly by: string;
    }
  | {
      readonly type: 'Diagnostic';
      readonly code: string;
      readonly severity: Severity;
      readonly message: string;
      readonly file: string;
      readonly line: number;
      readonly column: number;
      readonly resource?: string;
      readonly effect: string;
      readonly hint: string;
      readonly cleared?: true;
    }
  | {
      readonly type: 'ConfigApplied';
      readonly version: string;
      /** From the moment a save was seen to the last ACK. */
      readonly durationMs: number;
      readonly changed: Readonly<Record<string, number>>;
    }
  | {
      readonly type: 'ConfigRejected';
      readonly typeUrl: string;
      readonly reason: string;
      readonly resource: string;
    }
  | {
      readonly type: 'Request';
      readonly method: string;
      readonly host: string;
      readonly path: string;
      readonly status: number;
      /** Joined by commas; empty when none. */
      readonly responseFlags: string;
      readonly route: string;
      readonly cluster: string;
      /** As declared, `host:port`. */
      readonly endpoint: string;
      readonly pod?: string;
      readonly durationMs: number;
      /** This event stands for that many requests. */
      readonly sampled?: number;
    }
  | ({ readonly type: 'HealthCheckFailed' | 'EndpointUnhealthy' | 'EndpointHealthy' } & EndpointFacts)
  | {
      readonly type: 'TrafficShifted';
      readonly route: string;
      readonly from: string;
      readonly to: string;
    }
  | { readonly type: 'ProxyConnected' | 'ProxyDisconnected' }
  | ({
      readonly type: 'EndpointEjected' | 'EndpointReturned';
      /** Envoy's enforcement in lower case: `consecutive_5xx`. */
      readonly reason: string;
      readonly ejections: number;
      readonly baseEjectionMs: number;
      /** How long it is out at least: longer each time that it is ejected again soon. */
      readonly ejectedForMs?: number;
    } & Omit<EndpointFacts, 'check' | 'detail'>)
  | {
      readonly type: 'PodStarted';
      readonly pod: string;
      readonly namespace: string;
      readonly address: string;
    }
  | {
      readonly type: 'PodStopped';
      readonly pod: string;
      readonly namespace: string;
      readonly exitCode?: number;
      readonly willRestart: boolean;
    }
  | { readonly type: 'ProxyStarted'; readonly pid?: number; readonly container?: string }
  | {
      readonly type: 'ProxyExited';
      readonly exitCode?: number;
      readonly willRestart: boolean;
      readonly detail?: string;
    }
  /** An Envoy gave way to another one, which had everything before it began to serve. */
  | {
      readonly type: 'PortsPublished';
      /** Of this machine: `127.0.0.1:8081`. */
      readonly sockets: readonly string[];
      /** How long the tenant's other ports took no connections. */
      readonly awayMs: number;
    }
  | {
      readonly type: 'ProxyReplaced';
      readonly container?: string;
      readonly reason: string;
      /** How long nobody took connections, milliseconds. */
      readonly awayMs: number;
    }
  /** An image is fetched: at the start, in steps of 10 %, and what came of it. */
  | {
      readonly type: 'ImagePull';
      readonly image: string;
      readonly state: 'pulling' | 'pulled' | 'failed';
      readonly doneBytes: number;
      /** As far as it is known yet. */
      readonly totalBytes: number;
      readonly reason?: string;
    }
  /** Who runs the containers is gone, and all of them; nothing is started until it is back. */
  | { readonly type: 'EngineLost'; readonly reason: string }
  | { readonly type: 'EngineBack'; readonly awayMs: number }
  | { readonly type: 'Problem'; readonly message: string; readonly hint: string }
  | {
      readonly type: 'Scaled';
      /** `Deployment/namespace/name`. */
      readonly resource: string;
      readonly from: number;
      readonly to: number;
    }
  /** Somebody asked for something to be done. */
  | {
      readonly type: 'Asked';
      readonly what: 'kill-pod' | 'restart-proxy' | 'reread';
      /** The pod or tenant; empty where it is the whole instance. */
      readonly target: string;
    }
  | {
      readonly type: 'Stopped';
      readonly removed: Readonly<Record<string, number>>;
      readonly durationMs: number;
    };

/** An endpoint in an event: as declared, and where it really is. */
export interface EndpointFacts {
  readonly cluster: string;
  readonly endpoint: string;
  readonly address: string;
  readonly pod?: string;
  readonly check: 'active';
  readonly detail: string;
}

/** One event of the stream that everything is shown from. */
export type SessionEvent = Common & EventBody;
