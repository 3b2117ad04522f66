import type {
  LbEndpointJson,
  LocalityLbEndpointsJson,
} from '../gen/envoy/envoy/config/endpoint/v3/endpoint_components_pb.js';
import type { ClusterLoadAssignmentJson } from '../gen/envoy/envoy/config/endpoint/v3/endpoint_pb.js';
import type { Cluster, Endpoint, Locality } from '../model/cluster.ts';
import { addressJson } from './address.ts';

/**
 * A cluster's endpoints (EDS). One locality per backendRef with its weight: an unhealthy backend's share goes to the
 * others of its priority, then to the next priority. A weight of 0 leaves the backend out.
 */
export function endpointsJson(cluster: Cluster): ClusterLoadAssignmentJson {
  const checked = cluster.activeHealthCheck !== undefined;
  return {
    cluster_name: cluster.name,
    endpoints: cluster.localities
      .filter((locality) => locality.weight > 0)
      .map((locality) => localityJson(locality, checked)),
  };
}

function localityJson(locality: Locality, checked: boolean): LocalityLbEndpointsJson {
  return {
    locality: { region: locality.name },
    lb_endpoints: locality.endpoints.map((endpoint) => endpointJson(endpoint, checked)),
    load_balancing_weight: locality.weight,
    priority: locality.priority,
  };
}

function endpointJson(endpoint: Endpoint, checked: boolean): LbEndpointJson {
  const { alternatives, hostname } = endpoint;
  return {
    endpoint: {
      address: addressJson(endpoint.address),
      ...(alternatives.length > 0 && {
        additional_addresses: alternatives.map((address) => ({ address: addressJson(address) })),
      }),
      ...(hostname !== undefined && { hostname }),
      ...(hostname !== undefined && checked && { health_check_config: { hostname } }),
    },
    load_balancing_weight: 1,
  };
}
