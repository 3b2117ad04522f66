import type { Cluster } from './cluster.ts';
import type { Listener } from './listener.ts';
import type { RouteTable } from './route.ts';
import type { TlsSecret } from './secret.ts';

/**
 * Everything that the Envoy of one tenant (a namespace that owns data-plane Gateways) must do, in Envoy's words but
 * without protobuf. Parts keep their object identity from one translation to the next while nothing that they were
 * made of changed: later stages cache by identity.
 */
export interface Tenant {
  /** The namespace; also the xDS identity (`node.cluster`). */
  readonly name: string;
  readonly proxy: ProxySettings;
  readonly listeners: readonly Listener[];
  readonly routeTables: readonly RouteTable[];
  readonly clusters: readonly Cluster[];
  readonly secrets: readonly TlsSecret[];
}

/** Settings of the Envoy process itself (EnvoyProxy): a change of `concurrency` needs a restart. */
export interface ProxySettings {
  /** Worker threads. */
  readonly concurrency: number;
  readonly accessLog: AccessLogSettings;
}

/**
 * Access logs written by Envoy beside the request events that calb-sim collects itself.
 * `format` is Envoy's: a JSON object of command operators (key order kept) or one text line.
 */
export type AccessLogSettings =
  | { readonly type: 'disabled' }
  | { readonly type: 'enabled'; readonly logs: readonly AccessLog[] };

export interface AccessLog {
  readonly format:
    | { readonly type: 'default' }
    | { readonly type: 'text'; readonly text: string }
    | { readonly type: 'json'; readonly fields: Readonly<Record<string, string>> };
  /** CEL expressions, all of which must hold (EnvoyProxy `matches`). */
  readonly matches: readonly string[];
}
