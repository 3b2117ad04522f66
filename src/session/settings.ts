import type { ProxyFilesHere, Runtime } from '../runtime/runtime.ts';
import type { Fidelity } from '../translate/translation.ts';

/** What one instance was started with. */
export interface SessionSettings {
  readonly instance: string;
  readonly runtime: 'process' | 'docker';
  readonly envoyVersion: string;
  readonly fidelity: Fidelity;
  /** What the runtime can do. */
  readonly traits: RuntimeTraits;
  /** Paths as a tenant's Envoy sees them. */
  readonly paths: (tenant: string) => TenantPaths;
  /** Paths of the same on this machine. */
  readonly files: (tenant: string) => ProxyFilesHere;
  /** When the instance was started, milliseconds since the epoch. */
  readonly startedAtMs: number;
  /** Watched files and folders, absolute. */
  readonly watchedPaths: readonly string[];
}

/** What decides how a tenant's Envoy is configured; never who the runtime is. */
export type RuntimeTraits = Pick<
  Runtime,
  'adminSocketMode' | 'hostSocketFolder' | 'runsImages' | 'sharesListeners'
>;

export interface TenantPaths {
  readonly accessLog: string;
  readonly eventLog: string;
  readonly adminSocket: string;
}
