/** Paths and objects that tests of writing share. */
export const routes = '/apis/gateway.networking.k8s.io/v1/namespaces/default/httproutes';
export const configMaps = '/api/v1/namespaces/default/configmaps';
export const merge = 'application/merge-patch+json';

export function route(name: string, spec: object = { parentRefs: [{ name: 'web' }] }, metadata: object = {}) {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name, ...metadata },
    spec,
  };
}

export function configMap(name: string, more: object = {}, metadata: object = {}) {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata }, data: { a: 'b' }, ...more };
}
