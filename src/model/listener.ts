import type { SocketAddress } from './address.ts';
import type { Source } from './source.ts';

/** One port of one Gateway, on the addresses that were found for it. Several Gateway listeners can share it. */
export interface Listener {
  /** `namespace/gateway/port`; stable while the Gateway and its port exist. */
  readonly name: string;
  readonly source: Source;
  /** Where Envoy binds; the first is the Gateway's own address, others are aliases such as `127.0.0.1`. Never empty. */
  readonly bind: readonly SocketAddress[];
  /** The port as declared: for redirects and for people; `bind` may differ. */
  readonly declaredPort: number;
  /**
   * HTTP has exactly one, without `tls` and `serverNames`. HTTPS has one per Gateway listener (chosen by SNI; an empty
   * `serverNames` catches the rest).
   */
  readonly filterChains: readonly FilterChain[];
}

/** A connection's way: TLS termination where asked for, then one HTTP connection manager with one route table. */
export interface FilterChain {
  readonly name: string;
  /** SNI names, `*.example.com` for wildcards; empty: any. */
  readonly serverNames: readonly string[];
  readonly tls?: TlsTermination;
  /** Name of a {@link RouteTable} of the tenant. */
  readonly routeTable: string;
}

/** Terminate: names of {@link TlsSecret}s, several for several key types. */
export interface TlsTermination {
  readonly secrets: readonly string[];
  /** Absent: clients are not asked for a certificate. */
  readonly clients?: ClientValidation;
}

/** What clients' certificates must be. */
export interface ClientValidation {
  /** PEM: who may have signed them. */
  readonly authorities: string;
  /** `false`: clients without one, or with an invalid one, are let in all the same. */
  readonly isRequired: boolean;
}
