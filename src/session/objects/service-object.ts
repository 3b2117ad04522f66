import type { Service } from '../../gen/kinds/service.ts';
import type { KubeObject } from '../../resources/resource.ts';
import type { SessionState } from '../state.ts';

/** A Service with the address that it really has, unless one was declared. */
export function serviceObject({ observed }: SessionState, service: Service): KubeObject {
  const { namespace, name } = service.metadata;
  const shown = { ...service, status: { loadBalancer: {} } };
  const own = observed.services.find((other) => other.namespace === namespace && other.name === name);
  // While its container is being made, it has none yet.
  const address = own?.address ?? '';
  if (address === '' || service.spec?.clusterIP !== undefined) return shown;
  return {
    ...shown,
    spec: {
      ...service.spec,
      clusterIP: address,
      clusterIPs: [address],
      ipFamilies: [address.includes(':') ? 'IPv6' : 'IPv4'],
      ipFamilyPolicy: 'SingleStack',
    },
  };
}
