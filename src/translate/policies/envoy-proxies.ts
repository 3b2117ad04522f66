import type { EnvoyProxy, EnvoyProxySpec } from '../../gen/kinds/envoy-proxy.ts';
import type { Gateway } from '../../gen/kinds/gateway.ts';
import type { GatewayClass } from '../../gen/kinds/gateway-class.ts';
import type { Path, Resource } from '../../resources/resource.ts';
import type { Resources } from '../../resources/resources.ts';
import { mergeSpecs } from './merge-policy.ts';

/** A reference to an EnvoyProxy and what it leads to. */
export interface EnvoyProxyReference {
  readonly from: Resource;
  /** Path of the reference in `from`. */
  readonly path: Path;
  readonly namespace: string;
  readonly name: string;
  /** `undefined`: it does not exist. */
  readonly proxy: Resource<EnvoyProxy> | undefined;
}

/** The references to EnvoyProxies that hold for a Gateway: its class's, then its own. */
export function envoyProxyReferences(
  resources: Resources,
  gateway: Resource<Gateway>,
): readonly EnvoyProxyReference[] {
  const { gatewayClassName, infrastructure } = gateway.object.spec;
  const gatewayClass = resources.get<GatewayClass>('GatewayClass', undefined, gatewayClassName);
  const ofClass = gatewayClass?.object.spec.parametersRef;
  const own = infrastructure?.parametersRef;
  const found: EnvoyProxyReference[] = [];
  const add = (
    from: Resource,
    ref: { readonly group: string; readonly kind: string; readonly name: string } | undefined,
    namespace: string,
    path: Path,
  ) => {
    if (ref?.group !== 'gateway.envoyproxy.io' || ref.kind !== 'EnvoyProxy') return;
    const proxy = resources.get<EnvoyProxy>('EnvoyProxy', namespace, ref.name);
    found.push({ from, path, namespace, name: ref.name, proxy });
  };
  if (gatewayClass !== undefined) {
    add(gatewayClass, ofClass, ofClass?.namespace ?? 'default', ['spec', 'parametersRef']);
  }
  const path = ['spec', 'infrastructure', 'parametersRef'];
  add(gateway, own, gateway.object.metadata.namespace ?? 'default', path);
  return found;
}

/**
 * The settings in force for a Gateway: its own EnvoyProxy, or the one of its class; merged when the own one has a
 * `mergeType` other than `Replace` (Envoy Gateway `internal/gatewayapi/envoyproxy_merge.go`).
 */
export function effectiveEnvoyProxy(references: readonly EnvoyProxyReference[]): EnvoyProxySpec | undefined {
  const specs = references.flatMap(({ proxy }) => (proxy === undefined ? [] : [proxy.object.spec]));
  return specs.reduce<EnvoyProxySpec | undefined>((base, own) => {
    const { mergeType = 'Replace' } = own;
    return base === undefined || mergeType === 'Replace' ? own : mergeSpecs(base, own);
  }, undefined);
}
