import type { Gateway } from '../../gen/kinds/gateway.ts';
import type { GatewayClass } from '../../gen/kinds/gateway-class.ts';
import type { Resource } from '../../resources/resource.ts';
import type { Resources } from '../../resources/resources.ts';
import { generated, generatedMeta, generatedName } from './generated.ts';

/** CALB's controller: its GatewayClasses are CALB's. */
export const calbController = 'loadbalancing.cycloud.jp/gateway-controller';

/** The class that exists without being declared. */
const calbClass = 'application';

/** Envoy Gateway's class, which generated Gateways have. */
const dataPlaneClass = 'eg';

/** Whether a Gateway is CALB's: a declared class decides by its controller, `application` without one is CALB's. */
export function isCalbGateway({ object }: Resource<Gateway>, resources: Resources): boolean {
  const { gatewayClassName } = object.spec;
  const declared = resources.get<GatewayClass>('GatewayClass', undefined, gatewayClassName);
  if (declared === undefined) return gatewayClassName === calbClass;
  return declared.object.spec.controllerName === calbController;
}

const made = new WeakMap<Resource<Gateway>, Resource<Gateway>>();

/** The Gateway of Envoy Gateway that a CALB Gateway becomes. The same origin gives the identical one. */
export function dataPlaneGateway(origin: Resource<Gateway>): Resource<Gateway> {
  const known = made.get(origin);
  if (known !== undefined) return known;
  const { metadata, spec, status: _status, ...object } = origin.object;
  const identity = `Gateway/${metadata.namespace}/${metadata.name}`;
  const gateway = generated(
    {
      ...object,
      metadata: generatedMeta(metadata, generatedName(metadata.name, identity), identity),
      spec: { ...spec, gatewayClassName: dataPlaneClass },
    } as Gateway,
    origin,
  );
  made.set(origin, gateway);
  return gateway;
}
