import type { GatewayClass } from '../../gen/kinds/gateway-class.ts';
import type { Resource } from '../../resources/resource.ts';
import type { Resources } from '../../resources/resources.ts';
import { calbController } from './calb-gateways.ts';

const made = new WeakMap<Resource<GatewayClass>, unknown>();

/** Statuses of the GatewayClasses of CALB's controller: nothing about them can be wrong. */
export function calbClassStatuses(resources: Resources): readonly (readonly [Resource, unknown])[] {
  return resources
    .list<GatewayClass>('GatewayClass')
    .filter(({ object }) => object.spec.controllerName === calbController)
    .map((resource) => [resource, statusOf(resource)]);
}

function statusOf(resource: Resource<GatewayClass>): unknown {
  const status = made.get(resource) ?? {
    conditions: [
      {
        type: 'Accepted',
        status: 'True',
        reason: 'Accepted',
        message: 'Valid GatewayClass',
        observedGeneration: resource.object.metadata.generation,
      },
    ],
  };
  made.set(resource, status);
  return status;
}
