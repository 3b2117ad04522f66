import type { EnvoyProxyProviderKubernetesEnvoyService } from '../../gen/kinds/envoy-proxy.ts';
import type { Gateway } from '../../gen/kinds/gateway.ts';
import type { Resource } from '../../resources/resource.ts';
import type { Resources } from '../../resources/resources.ts';
import type { ProxyService } from '../../runtime/runtime.ts';
import { dataPlaneGateways } from '../data-plane-gateways.ts';
import { effectiveEnvoyProxy, envoyProxyReferences } from './envoy-proxies.ts';

type Index = ReadonlyMap<string, readonly ProxyService[]>;

const byResources = new WeakMap<Resources, Index>();
const none: readonly ProxyService[] = [];

/**
 * The Services that Envoy Gateway makes for a tenant's Gateways: in the Gateway's namespace, named as the Gateway unless
 * its EnvoyProxy says otherwise (Envoy Gateway in GatewayNamespace mode,
 * `internal/infrastructure/kubernetes/proxy/resource_provider.go`). Sorted by Gateway.
 */
export function envoyServices(resources: Resources, tenant: string): readonly ProxyService[] {
  let index = byResources.get(resources);
  if (index === undefined) {
    index = makeIndex(resources);
    byResources.set(resources, index);
  }
  return index.get(tenant) ?? none;
}

/** What a Gateway's EnvoyProxy says of its Service. */
export function declaredEnvoyService(
  resources: Resources,
  gateway: Resource<Gateway>,
): EnvoyProxyProviderKubernetesEnvoyService | undefined {
  const spec = effectiveEnvoyProxy(envoyProxyReferences(resources, gateway));
  return spec?.provider?.kubernetes?.envoyService;
}

function makeIndex(resources: Resources): Index {
  const index = new Map<string, ProxyService[]>();
  for (const gateway of dataPlaneGateways(resources)) {
    const service = serviceOf(resources, gateway);
    const known = index.get(service.namespace);
    if (known === undefined) index.set(service.namespace, [service]);
    else known.push(service);
  }
  for (const services of index.values()) services.sort((a, b) => (a.gateway < b.gateway ? -1 : 1));
  return index;
}

function serviceOf(resources: Resources, gateway: Resource<Gateway>): ProxyService {
  const { name, namespace = 'default' } = gateway.object.metadata;
  const declared = declaredEnvoyService(resources, gateway)?.name;
  return { gateway: `${namespace}/${name}`, namespace, name: declared ?? name };
}
