import type { Fidelity } from '../translate/translation.ts';

/** What one instance was started with. */
export interface SessionSettings {
  readonly instance: string;
  readonly runtime: 'process' | 'docker';
  readonly envoyVersion: string;
  readonly fidelity: Fidelity;
  /** Address of the control plane, as the tenants' Envoys reach it. */
  readonly controlPlane: { readonly address: string; readonly port: number };
  /** Paths as a tenant's Envoy sees them. */
  readonly paths: (tenant: string) => TenantPaths;
  /** When the instance was started, milliseconds since the epoch. */
  readonly startedAtMs: number;
}

export interface TenantPaths {
  readonly accessLog: string;
  readonly eventLog: string;
  readonly adminSocket: string;
}
