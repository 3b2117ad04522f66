import type { SocketAddress } from '../model/address.ts';
import type { Binding, Cause } from './runtime.ts';

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
  /**
   * An Envoy gave way to another one: a new port, or a new bootstrap. Told when the other one is all that is left; its
   * start and the end of the first are not told besides.
   */
  | {
      readonly type: 'proxy-replaced';
      readonly tenant: string;
      readonly container?: string;
      readonly reason: string;
      /** How long no Envoy of the tenant took connections, milliseconds. */
      readonly awayMs: number;
    }
  /** A tenant's Envoy is in other networks now. */
  | { readonly type: 'networks-joined'; readonly tenant: string }
  /** Sockets of this machine that lead to a tenant's Envoy were added while it ran. */
  | {
      readonly type: 'ports-published';
      readonly tenant: string;
      readonly sockets: readonly SocketAddress[];
      /** How long nobody took connections on a port that was there before, milliseconds. */
      readonly awayMs: number;
    }
  /** An image is fetched, or was. */
  | {
      readonly type: 'image-pull';
      readonly image: string;
      readonly state: 'pulling' | 'pulled' | 'failed';
      readonly doneBytes: number;
      readonly totalBytes: number;
      /** Why it failed. */
      readonly reason?: string;
    }
  /** Who runs the containers is gone, and they with it. */
  | { readonly type: 'engine-lost'; readonly reason: string }
  /** It answers again; everything is made anew. */
  | { readonly type: 'engine-back'; readonly awayMs: number }
  /** A port that was taken, or `localhost`, could be had meanwhile: what `reserve` would answer now for the same ports. */
  | { readonly type: 'ports-changed'; readonly bindings: readonly Binding[] }
  /**
   * A line of a proxy's health-check or outlier event log. `container` where two Envoys of a tenant can run at a time:
   * what one says that takes over counts when it has.
   */
  | {
      readonly type: 'proxy-health-line';
      readonly tenant: string;
      readonly line: string;
      readonly container?: string;
    }
  /** Something that a person should know, with a fix where there is one. */
  | { readonly type: 'runtime-problem'; readonly message: string; readonly hint: string }
);
