/** The static cluster of the bootstrap that carries xDS and the access log service. */
export const controlPlaneCluster = 'calb_control_plane';

/**
 * A cluster that never exists: the share of a missing or refused backend is routed to it and answered 500 by
 * `cluster_not_found_response_code`. Envoy Gateway's name for the same thing.
 */
export const invalidBackendCluster = 'invalid-backend-cluster';

/** Runtime key of the share (percent) of requests that are reported to the access log service. */
export const requestEventsRuntimeKey = 'calb.als';

/** `log_name` of the request events: tells them from access logs of other origin. */
export const requestEventsLogName = 'calb';

/** HTTP filters by the names that per-route configuration refers to, in the order of the chain. */
export const httpFilterNames = {
  fault: 'envoy.filters.http.fault',
  cors: 'envoy.filters.http.cors',
  localRateLimit: 'envoy.filters.http.local_ratelimit',
  router: 'envoy.filters.http.router',
} as const;
