import type { Resources } from '../resources/resources.ts';
import type { Expansion, Provider } from './provider.ts';

/** CALB on Envoy Gateway: Gateways of class `application` become ones of class `eg`, CycloudBackends become Backends. */
export const envoyGatewayProvider: Provider = {
  name: 'envoy-gateway',
  expand(resources: Resources): Expansion {
    return {
      generated: [],
      effective: resources,
      madeFrom: new Map(),
      diagnostics: [],
      statuses: (effective) => effective,
    };
  },
};
