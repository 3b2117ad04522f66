import type { DiagnosticJson } from '../diagnostics/to-json.ts';
import type { ListenerUrl } from '../session/events.ts';

/** An instance at a glance: what `calb-sim status -o json` prints and `GET /calb/v1/status` answers. */
export interface StatusReport {
  readonly instance: string;
  readonly runtime: 'process' | 'docker';
  readonly envoyVersion: string;
  /** Absolute paths of the watched files and folders. */
  readonly paths?: readonly string[];
  readonly listeners: readonly ListenerStatus[];
  readonly tenants: readonly TenantStatus[];
  /** What holds now, errors first. */
  readonly diagnostics: readonly DiagnosticJson[];
}

/** A listener of a data-plane Gateway, and where it can be dialled. */
export interface ListenerStatus extends ListenerUrl {
  /** Whether its condition `Programmed` is True. */
  readonly programmed: boolean;
  /** All sockets of this machine that lead to it, `address:port`, the one of the URL first; and `localhost:port`. */
  readonly sockets?: readonly string[];
}

/** One tenant and its Envoy. */
export interface TenantStatus {
  readonly name: string;
  /** Version of the configuration that the tenant's Envoy shall have; `null` before the first. */
  readonly snapshot: string | null;
  /** Version that it has acknowledged completely; equals `snapshot` when it is in sync. */
  readonly acked: string | null;
  /** File that the tenant's Envoy writes its access log to; kept small. */
  readonly accessLog?: string;
  readonly envoyPid?: number;
  readonly container?: string;
  /** Unix socket of its Envoy's admin interface; absent while there is none. */
  readonly adminSocket?: string;
}
