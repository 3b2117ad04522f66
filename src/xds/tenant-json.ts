import type { ClusterJson } from '../gen/envoy/envoy/config/cluster/v3/cluster_pb.js';
import type { ClusterLoadAssignmentJson } from '../gen/envoy/envoy/config/endpoint/v3/endpoint_pb.js';
import type { ListenerJson } from '../gen/envoy/envoy/config/listener/v3/listener_pb.js';
import type { RouteConfigurationJson } from '../gen/envoy/envoy/config/route/v3/route_pb.js';
import type { SecretJson } from '../gen/envoy/envoy/extensions/transport_sockets/tls/v3/secret_pb.js';
import type { Tenant } from '../model/tenant.ts';
import type { SnapshotOptions } from './build-snapshot.ts';
import { clusterJson } from './cluster.ts';
import { endpointsJson } from './endpoint.ts';
import { listenerJson } from './listener.ts';
import { routeTableJson } from './route.ts';
import { redactedSecretJson } from './secret.ts';

/** A tenant's xDS resources in protobuf's JSON form, with Envoy's field names. */
export interface TenantJson {
  readonly listeners: readonly ListenerJson[];
  readonly routes: readonly RouteConfigurationJson[];
  readonly clusters: readonly ClusterJson[];
  readonly endpoints: readonly ClusterLoadAssignmentJson[];
  /** Private keys are redacted. */
  readonly secrets: readonly SecretJson[];
}

/** All resources of a tenant, for people to read: what {@link buildSnapshot} encodes. */
export function tenantJson(tenant: Tenant, options: SnapshotOptions): TenantJson {
  const settings = { ...options, accessLog: tenant.proxy.accessLog };
  return {
    listeners: tenant.listeners.map((listener) => listenerJson(listener, settings)),
    routes: tenant.routeTables.map(routeTableJson),
    clusters: tenant.clusters.map((cluster) => clusterJson(cluster, options.eventLogPath)),
    endpoints: tenant.clusters.map(endpointsJson),
    secrets: tenant.secrets.map(redactedSecretJson),
  };
}
