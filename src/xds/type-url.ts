import type { ResourceType } from './snapshot.ts';
import { typePrefix } from './wire/well-known.ts';

/** Full message names of the xDS resource types. */
export const messageNames: Readonly<Record<ResourceType, string>> = {
  cluster: 'envoy.config.cluster.v3.Cluster',
  endpoint: 'envoy.config.endpoint.v3.ClusterLoadAssignment',
  listener: 'envoy.config.listener.v3.Listener',
  route: 'envoy.config.route.v3.RouteConfiguration',
  secret: 'envoy.extensions.transport_sockets.tls.v3.Secret',
};

/** Type URLs of the xDS resource types, as discovery requests name them. */
export const typeUrls: Readonly<Record<ResourceType, string>> = {
  cluster: typePrefix + messageNames.cluster,
  endpoint: typePrefix + messageNames.endpoint,
  listener: typePrefix + messageNames.listener,
  route: typePrefix + messageNames.route,
  secret: typePrefix + messageNames.secret,
};

/** The resource type of a type URL; `undefined` for one that is not served. */
export function resourceTypeOf(typeUrl: string): ResourceType | undefined {
  const types = Object.keys(typeUrls) as ResourceType[];
  return types.find((type) => typeUrls[type] === typeUrl);
}
