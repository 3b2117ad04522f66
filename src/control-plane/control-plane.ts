import type { AccessLogEntry } from '../model/access-log-entry.ts';
import type { Address } from '../model/address.ts';
import type { ResourceType, Snapshot } from '../xds/snapshot.ts';

/** What the control plane reports, in the order in which it happens. `cause` is what was given with the snapshot. */
export type ControlPlaneEvent =
  | { readonly type: 'proxy-connected'; readonly tenant: string; readonly envoyVersion: string | undefined }
  | { readonly type: 'proxy-disconnected'; readonly tenant: string }
  /** Every resource of this snapshot is acknowledged (or known to be rejected) by the tenant's Envoy. */
  | {
      readonly type: 'snapshot-applied';
      readonly tenant: string;
      readonly version: string;
      readonly cause: number | undefined;
      /** Resources that were sent or removed, by type. */
      readonly changed: Readonly<Partial<Record<ResourceType, number>>>;
      readonly rejected: readonly string[];
    }
  | {
      readonly type: 'resource-rejected';
      readonly tenant: string;
      readonly resourceType: ResourceType;
      readonly typeUrl: string;
      /** The resource that was found to be the culprit (a rejected batch is sent again one by one). */
      readonly name: string;
      /** Envoy's own words. */
      readonly reason: string;
      readonly cause: number | undefined;
    }
  /** New clusters do not become ready; the routes that wait for them go out after `afterMs` without them. */
  | {
      readonly type: 'warming-slow';
      readonly tenant: string;
      readonly clusters: readonly string[];
      readonly afterMs: number;
      readonly cause: number | undefined;
    }
  /** A stream was refused: no token, a wrong one, or another tenant's. */
  | { readonly type: 'stream-refused'; readonly reason: string }
  | { readonly type: 'access-log'; readonly tenant: string; readonly entries: readonly AccessLogEntry[] };

/** What a tenant's bootstrap needs to reach the control plane. `token` must never be printed. */
export interface TenantCredentials {
  readonly token: string;
  readonly caCertificate: string;
  /** Name in the server's certificate. */
  readonly serverName: string;
}

/** Serves delta ADS and the access log service, over TLS, to Envoys that prove which tenant they are. */
export interface ControlPlane {
  /**
   * Listens, at several places when called several times; answers where: port 0 becomes the one that it got. A unix
   * socket can be opened by everybody who gets into its folder: who connects must have a tenant's token anyway.
   */
  listen(at: Address): Promise<Address>;
  credentials(tenant: string): TenantCredentials;
  /** Makes `snapshot` what its tenant shall have; supersedes an earlier one at the next phase boundary. */
  setSnapshot(snapshot: Snapshot, cause: number | undefined): void;
  /** Forgets a tenant and closes its streams. */
  removeTenant(tenant: string): void;
  /** Version that the tenant's Envoy has acknowledged completely. */
  ackedVersion(tenant: string): string | undefined;
  close(): Promise<void>;
}
