import type { SocketAddress } from '../model/address.ts';
import type { Operation, WantedSocket } from '../runtime/runtime.ts';
import type { Snapshot } from '../xds/snapshot.ts';

/** What the session wants done at the edges. Effects are values: the reducer decides, the composition root executes. */
export type Effect =
  | { readonly type: 'reserve-ports'; readonly wanted: readonly WantedSocket[] }
  /** Look again for the port of a socket that an Envoy could not bind. */
  | { readonly type: 'rebind'; readonly lost: SocketAddress }
  | { readonly type: 'issue-credentials'; readonly tenant: string }
  | { readonly type: 'execute'; readonly operations: readonly Operation[] }
  | { readonly type: 'set-snapshot'; readonly snapshot: Snapshot; readonly cause: number | undefined }
  | { readonly type: 'remove-tenant'; readonly tenant: string }
  /** Ask each address for any HTTP answer (or a TLS handshake), then say so. */
  | { readonly type: 'probe-listeners'; readonly targets: readonly ProbeTarget[] }
  /** Come back with a `deadline` after that long. */
  | { readonly type: 'wake'; readonly afterMs: number }
  /** Let a tenant's Envoy report only this share of its requests (percent). */
  | { readonly type: 'sample-requests'; readonly tenant: string; readonly percent: number };

export interface ProbeTarget {
  readonly address: string;
  readonly port: number;
  readonly tls: boolean;
}
