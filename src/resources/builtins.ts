import { namespaceNameLabel } from './checks/namespace.ts';
import { type Manifest, type ManifestObject, objectKey } from './manifest.ts';
import { nowhere } from './resource.ts';

/** GatewayClasses that exist without being declared; a declared one of the same name takes its place. */
export const builtinGatewayClasses = {
  eg: 'gateway.envoyproxy.io/gatewayclass-controller',
  application: 'loadbalancing.cycloud.jp/gateway-controller',
} as const;

/** Objects that exist without being declared. */
export const builtinManifests: readonly Manifest[] = [
  ...Object.entries(builtinGatewayClasses).map(([name, controllerName]) =>
    builtin({
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'GatewayClass',
      metadata: { name },
      spec: { controllerName },
    }),
  ),
  implicitNamespace('default'),
];

/** A namespace that exists because something is in it. */
export function implicitNamespace(name: string): Manifest {
  const metadata = { name, labels: { [namespaceNameLabel]: name } };
  return builtin({ apiVersion: 'v1', kind: 'Namespace', metadata });
}

function builtin(object: ManifestObject): Manifest {
  const { namespace, name } = object.metadata;
  const key = objectKey(object.kind, namespace, name);
  return { key, object, origin: { type: 'builtin' }, position: nowhere };
}
