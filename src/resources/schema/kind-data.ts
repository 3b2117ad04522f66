import backend from './data/backend.json' with { type: 'json' };
import backendTlsPolicy from './data/backend-tls-policy.json' with { type: 'json' };
import backendTrafficPolicy from './data/backend-traffic-policy.json' with { type: 'json' };
import configMap from './data/config-map.json' with { type: 'json' };
import cycloudBackend from './data/cycloud-backend.json' with { type: 'json' };
import deployment from './data/deployment.json' with { type: 'json' };
import endpointSlice from './data/endpoint-slice.json' with { type: 'json' };
import envoyProxy from './data/envoy-proxy.json' with { type: 'json' };
import gateway from './data/gateway.json' with { type: 'json' };
import gatewayClass from './data/gateway-class.json' with { type: 'json' };
import grpcRoute from './data/grpc-route.json' with { type: 'json' };
import httpRoute from './data/http-route.json' with { type: 'json' };
import known from './data/known-kinds.json' with { type: 'json' };
import listenerSet from './data/listener-set.json' with { type: 'json' };
import namespace from './data/namespace.json' with { type: 'json' };
import referenceGrant from './data/reference-grant.json' with { type: 'json' };
import secret from './data/secret.json' with { type: 'json' };
import service from './data/service.json' with { type: 'json' };
import serviceAccount from './data/service-account.json' with { type: 'json' };
import type { KindData } from './schema.ts';

/** Schemas of all kinds that are simulated. JSON has no literal types, so its shape is asserted here, once. */
export const kindData = [
  gatewayClass,
  gateway,
  listenerSet,
  httpRoute,
  grpcRoute,
  backendTlsPolicy,
  referenceGrant,
  backend,
  backendTrafficPolicy,
  envoyProxy,
  cycloudBackend,
  namespace,
  service,
  endpointSlice,
  deployment,
  serviceAccount,
  secret,
  configMap,
] as unknown as readonly KindData[];

/** Names of all kinds of Kubernetes, Gateway API and Envoy Gateway, simulated or not. */
export const knownKinds: readonly {
  readonly group: string;
  readonly kind: string;
  readonly versions: readonly string[];
}[] = known;
