import type { CycloudBackend } from '../../gen/kinds/cycloud-backend.ts';
import type { Gateway } from '../../gen/kinds/gateway.ts';
import type { Resource } from '../../resources/resource.ts';
import type { Resources } from '../../resources/resources.ts';
import { dataPlaneGateway, isCalbGateway } from './calb-gateways.ts';
import { type MadeBackends, madeBackends } from './cycloud-backends.ts';

/** CALB's Gateways and CycloudBackends, with what they become. Keeps its identity while they do. */
export interface CalbObjects {
  /** By `namespace/name` of the CALB Gateway: the Gateway that it becomes. */
  readonly gateways: ReadonlyMap<string, Resource<Gateway>>;
  /** By `namespace/name`. */
  readonly backends: ReadonlyMap<string, MadeBackends>;
  /** What the CALB Gateway of a parentRef becomes; `undefined` for other parents. */
  gatewayOf(parent: ParentReference, routeNamespace: string | undefined): Resource<Gateway> | undefined;
  /** What the CycloudBackend became that a reference on a CALB route means; `undefined` for other references. */
  cycloudBackendOf(ref: BackendReference, routeNamespace: string | undefined): MadeBackends | undefined;
}

interface ParentReference {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

type BackendReference = ParentReference;

interface Remembered {
  readonly classes: readonly Resource[];
  readonly gateways: readonly Resource[];
  readonly objects: CalbObjects;
}

const remembered = new WeakMap<readonly Resource[], Remembered>();

/** The CALB objects among these. Equal lists give the identical result. */
export function calbObjects(resources: Resources): CalbObjects {
  const classes = resources.list('GatewayClass');
  const gateways = resources.list<Gateway>('Gateway');
  const backends = resources.list<CycloudBackend>('CycloudBackend');
  const known = remembered.get(backends);
  if (known?.classes === classes && known.gateways === gateways) return known.objects;
  const objects = collect(resources, gateways, backends, known?.objects);
  remembered.set(backends, { classes, gateways, objects });
  return objects;
}

function collect(
  resources: Resources,
  gateways: readonly Resource<Gateway>[],
  backends: readonly Resource<CycloudBackend>[],
  previous: CalbObjects | undefined,
): CalbObjects {
  const calb = gateways.filter((gateway) => isCalbGateway(gateway, resources));
  const ofGateways = new Map(calb.map((gateway) => [idOf(gateway), dataPlaneGateway(gateway)]));
  const ofBackends = new Map(backends.map((backend) => [idOf(backend), madeBackends(backend)]));
  // Routes are remembered by this object: an edit of a Gateway that is not CALB's must not touch them.
  if (
    previous !== undefined &&
    sameEntries(previous.gateways, ofGateways) &&
    sameEntries(previous.backends, ofBackends)
  ) {
    return previous;
  }
  return {
    gateways: ofGateways,
    backends: ofBackends,
    gatewayOf: ({ group, kind, name, namespace }, own) =>
      group === 'gateway.networking.k8s.io' && kind === 'Gateway'
        ? ofGateways.get(`${namespace ?? own}/${name}`)
        : undefined,
    cycloudBackendOf: ({ group, kind, name, namespace }, own) =>
      (group === '' && kind === 'Service') ||
      (group === 'loadbalancing.cycloud.jp' && kind === 'CycloudBackend')
        ? ofBackends.get(`${namespace ?? own}/${name}`)
        : undefined,
  };
}

function sameEntries<T>(a: ReadonlyMap<string, T>, b: ReadonlyMap<string, T>): boolean {
  return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);
}

function idOf({ object }: Resource): string {
  return `${object.metadata.namespace}/${object.metadata.name}`;
}
