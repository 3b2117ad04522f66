import type { Gateway } from '../gen/kinds/gateway.ts';
import type { GatewayClass } from '../gen/kinds/gateway-class.ts';
import type { Resource } from '../resources/resource.ts';
import type { Resources } from '../resources/resources.ts';

/** Envoy Gateway's controllerName: in GatewayClasses, and in every status that it writes. */
export const controllerName = 'gateway.envoyproxy.io/gatewayclass-controller';

/** controllerName of a class, declared or built in; `undefined` when there is no such class. */
export function controllerOf(resources: Resources, className: string): string | undefined {
  const declared = resources.get<GatewayClass>('GatewayClass', undefined, className);
  return declared?.object.spec.controllerName ?? (className === 'eg' ? controllerName : undefined);
}

/** The Gateways that the data plane serves: of class `eg`, or of a declared class of Envoy Gateway's controller. */
export function dataPlaneGateways(resources: Resources): readonly Resource<Gateway>[] {
  return resources
    .list<Gateway>('Gateway')
    .filter(({ object }) => controllerOf(resources, object.spec.gatewayClassName) === controllerName);
}
