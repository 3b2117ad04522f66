import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Gateway } from '../gen/kinds/gateway.ts';
import type { GatewayClass } from '../gen/kinds/gateway-class.ts';
import type { ReferenceGrant } from '../gen/kinds/reference-grant.ts';
import { allKindNames } from '../resources/kinds.ts';
import type { Resource } from '../resources/resource.ts';
import type { Resources } from '../resources/resources.ts';
import type { TranslateContext } from './context.ts';
import { dataPlaneGateways } from './data-plane-gateways.ts';
import { type JudgedGateway, judgeGateway } from './gateway.ts';
import { classFindings, foreignGateway, gatewayClassStatus } from './gateway-class.ts';
import { routeKinds } from './grpc-route.ts';
import { sameItems } from './memo.ts';
import { makePermits } from './reference-grants.ts';
import type { TranslateInput } from './translation.ts';

/** Everything that routes meet: made once while nothing but routes changes. */
export interface Surroundings {
  readonly context: TranslateContext;
  /** Data-plane Gateways, by `namespace/name`. */
  readonly gateways: ReadonlyMap<string, JudgedGateway>;
  /** Namespaces that own a data-plane Gateway. */
  readonly tenants: ReadonlyMap<string, readonly JudgedGateway[]>;
  readonly classStatuses: ReadonlyMap<Resource, unknown>;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Judges classes, Gateways and listeners. What `previous` judged is taken over where nothing that decides it changed:
 * pods, Services and policies do not.
 */
export function makeSurroundings(
  input: TranslateInput,
  previous?: { readonly input: TranslateInput; readonly surroundings: Surroundings },
): Surroundings {
  const { resources } = input;
  const context: TranslateContext = {
    ...input,
    resources: withoutRoutes(resources),
    permits: makePermits(resources.list<ReferenceGrant>('ReferenceGrant')),
    gateways: dataPlaneGateways(resources),
  };
  if (previous !== undefined && sameGateways(previous.input, input)) {
    return { ...previous.surroundings, context };
  }
  const judged = dataPlaneGateways(resources).map((gateway) => judgeGateway(context, gateway));
  const classes = resources.list<GatewayClass>('GatewayClass').map((resource) => {
    return [resource, gatewayClassStatus(resources, resource)] as const;
  });
  return {
    context,
    gateways: new Map(judged.map((gateway) => [gateway.key, gateway])),
    tenants: byTenant(judged),
    classStatuses: new Map(classes.filter(([, status]) => status !== undefined)),
    diagnostics: [
      ...classFindings(resources),
      ...resources.list<Gateway>('Gateway').flatMap((gateway) => foreignGateway(resources, gateway) ?? []),
      ...judged.flatMap(({ diagnostics }) => diagnostics),
    ],
  };
}

function isRouteKind(kind: string): boolean {
  return routeKinds.some((route) => route === kind);
}

/** Kinds that decide what becomes of Gateways, their listeners and the routes' parentRefs. */
const gatewayKinds = [
  'Gateway',
  'ListenerSet',
  'GatewayClass',
  'EnvoyProxy',
  'Secret',
  'ConfigMap',
  'ReferenceGrant',
  'Namespace',
];

function sameGateways(a: TranslateInput, b: TranslateInput): boolean {
  return a.bindings === b.bindings && sameKinds(gatewayKinds, a, b);
}

const otherKinds = allKindNames().filter((kind) => !isRouteKind(kind));

/** Whether two inputs differ in nothing but routes. */
export function sameSurroundings(a: TranslateInput, b: TranslateInput): boolean {
  return (
    a.bindings === b.bindings &&
    a.pods === b.pods &&
    a.services === b.services &&
    a.fidelity === b.fidelity &&
    a.runsImages === b.runsImages &&
    a.hostSocketFolder === b.hostSocketFolder &&
    sameKinds(otherKinds, a, b)
  );
}

function sameKinds(kinds: readonly string[], a: TranslateInput, b: TranslateInput): boolean {
  return (
    a.resources === b.resources ||
    kinds.every((kind) => sameItems(a.resources.list(kind), b.resources.list(kind)))
  );
}

function withoutRoutes(resources: Resources): Resources {
  return {
    list: (kind) => (isRouteKind(kind) ? [] : resources.list(kind)),
    get: (kind, namespace, name) => (isRouteKind(kind) ? undefined : resources.get(kind, namespace, name)),
  };
}

function byTenant(gateways: readonly JudgedGateway[]): ReadonlyMap<string, readonly JudgedGateway[]> {
  const tenants = new Map<string, JudgedGateway[]>();
  for (const gateway of gateways) {
    const known = tenants.get(gateway.tenant);
    if (known === undefined) tenants.set(gateway.tenant, [gateway]);
    else known.push(gateway);
  }
  return tenants;
}
