import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Backend } from '../gen/kinds/backend.ts';
import type { BackendTrafficPolicy } from '../gen/kinds/backend-traffic-policy.ts';
import type { Gateway } from '../gen/kinds/gateway.ts';
import type { HTTPRoute } from '../gen/kinds/http-route.ts';
import type { ReferenceGrant } from '../gen/kinds/reference-grant.ts';
import type { KubeObject, Resource } from '../resources/resource.ts';
import type { Resources } from '../resources/resources.ts';
import { calbClassStatuses } from './envoy-gateway/calb-classes.ts';
import { type CalbObjects, calbObjects } from './envoy-gateway/calb-objects.ts';
import { dataPlanePolicy } from './envoy-gateway/calb-policies.ts';
import { dataPlaneGrant } from './envoy-gateway/calb-reference-grants.ts';
import { type MadeRoute, madeRoute } from './envoy-gateway/calb-routes.ts';
import {
  calbGatewayStatus,
  calbPolicyStatus,
  calbRouteStatus,
  cycloudBackendStatus,
} from './envoy-gateway/calb-statuses.ts';
import { EffectiveResources, orderedList } from './envoy-gateway/effective-resources.ts';
import type { Expansion, Provider } from './provider.ts';

/** CALB on Envoy Gateway: Gateways of class `application` become ones of class `eg`, CycloudBackends become Backends. */
export const envoyGatewayProvider: Provider = {
  name: 'envoy-gateway',
  expand(resources: Resources): Expansion {
    const objects = calbObjects(resources);
    if (objects.gateways.size === 0 && objects.backends.size === 0) return unchanged(resources);
    return new CalbExpansion(resources, objects);
  },
};

function unchanged(resources: Resources): Expansion {
  return {
    generated: [],
    effective: resources,
    madeFrom: new Map(),
    diagnostics: [],
    statuses: (effective) => new Map([...effective, ...calbClassStatuses(resources)]),
  };
}

class CalbExpansion implements Expansion {
  readonly generated: readonly Resource[];
  readonly effective: Resources;
  readonly madeFrom: ReadonlyMap<Resource, readonly Resource[]>;
  readonly diagnostics: readonly Diagnostic[];
  readonly #resources: Resources;
  readonly #objects: CalbObjects;
  /** Routes with CALB parents. */
  readonly #routes: ReadonlyMap<Resource<HTTPRoute>, MadeRoute>;
  /** Policies that name CALB objects, by what they became. */
  readonly #policies: ReadonlyMap<Resource, Resource<BackendTrafficPolicy>>;
  /** `namespace/name` of the CALB Gateway, by that of the generated one. */
  readonly #gatewayOrigins: ReadonlyMap<string, string>;

  constructor(resources: Resources, objects: CalbObjects) {
    this.#resources = resources;
    this.#objects = objects;
    this.#gatewayOrigins = new Map([...objects.gateways].map(([origin, made]) => [idOf(made), origin]));
    const routes = resources
      .list<HTTPRoute>('HTTPRoute')
      .map((route) => [route, madeRoute(route, objects)] as const);
    this.#routes = new Map(routes.filter(([, { made }]) => made !== undefined));
    const policies = resources
      .list<BackendTrafficPolicy>('BackendTrafficPolicy')
      .map((policy) => [dataPlanePolicy(policy, this.#targetNames), policy] as const);
    this.#policies = new Map(policies.filter(([effective, policy]) => effective !== policy));
    const backends = [...objects.backends.values()].flatMap(({ ports }) =>
      ports.flatMap(({ parts }) => parts.map(({ backend }) => backend)),
    );
    this.effective = this.#makeEffective(
      routes.flatMap(([, { own, made }]) => [own, made].filter((route) => route !== undefined)),
      policies.map(([effective]) => effective),
      backends,
    );
    this.generated = [
      ...objects.gateways.values(),
      ...[...this.#routes.values()].flatMap(({ made }) => made ?? []),
      ...backends,
    ];
    this.madeFrom = this.#origins();
    this.diagnostics = [
      ...[...objects.backends.values()].flatMap(({ diagnostics }) => diagnostics),
      ...[...this.#routes.values()].flatMap(({ diagnostics }) => diagnostics),
    ];
  }

  statuses(effective: ReadonlyMap<Resource, unknown>): ReadonlyMap<Resource, unknown> {
    const all = new Map<Resource, unknown>();
    for (const [resource, status] of effective) {
      const policy = this.#policies.get(resource);
      if (policy !== undefined) all.set(policy, calbPolicyStatus(policy, status, this.#originName));
      else all.set(resource, status);
    }
    for (const origin of this.#resources.list<Gateway>('Gateway')) {
      const made = this.#objects.gateways.get(idOf(origin));
      const status = made === undefined ? undefined : effective.get(made);
      if (made !== undefined && status !== undefined)
        all.set(origin, calbGatewayStatus(origin, made, status));
    }
    for (const [origin, { own, made }] of this.#routes) {
      if (made === undefined) continue;
      const status = effective.get(made);
      const ownStatus = own === undefined ? undefined : effective.get(own);
      if (own !== undefined) all.delete(own);
      if (status === undefined && ownStatus === undefined) continue;
      const make = () => calbRouteStatus(origin, made, status, ownStatus, this.#originName);
      all.set(origin, remembered(origin, [this.#objects, made, status, ownStatus], make));
    }
    for (const { origin, ports } of this.#objects.backends.values()) {
      const made = ports.flatMap(({ parts }) =>
        parts.flatMap(({ backend }) => {
          const status = effective.get(backend);
          return status === undefined ? [] : [{ resource: backend, status }];
        }),
      );
      if (made.length === 0 && ports.length > 0) continue;
      const from = made.map(({ status }) => status);
      all.set(
        origin,
        remembered(origin, from, () => cycloudBackendStatus(origin, made)),
      );
    }
    for (const [resource, status] of calbClassStatuses(this.#resources)) all.set(resource, status);
    return all;
  }

  #makeEffective(
    routes: readonly Resource<HTTPRoute>[],
    policies: readonly Resource<BackendTrafficPolicy>[],
    backends: readonly Resource<Backend>[],
  ): Resources {
    const declared = this.#resources;
    const gateways = declared
      .list<Gateway>('Gateway')
      .map((gateway) => this.#objects.gateways.get(idOf(gateway)) ?? gateway);
    const grants = declared
      .list<ReferenceGrant>('ReferenceGrant')
      .map((grant) => dataPlaneGrant(grant, this.#backendNames));
    const list = <T extends KubeObject>(kind: string, objects: readonly Resource<T>[]) =>
      [kind, orderedList(kind, declared.list<T>(kind), objects)] as const;
    return new EffectiveResources(
      declared,
      new Map<string, readonly Resource[]>([
        list('Gateway', gateways),
        list('HTTPRoute', routes),
        list('Backend', [...declared.list<Backend>('Backend'), ...backends]),
        list('BackendTrafficPolicy', policies),
        list('ReferenceGrant', grants),
        ['CycloudBackend', []],
      ]),
    );
  }

  #origins(): ReadonlyMap<Resource, readonly Resource[]> {
    const origins = new Map<Resource, readonly Resource[]>();
    for (const gateway of this.#resources.list<Gateway>('Gateway')) {
      const made = this.#objects.gateways.get(idOf(gateway));
      if (made !== undefined) origins.set(gateway, [made]);
    }
    for (const [route, { made }] of this.#routes) if (made !== undefined) origins.set(route, [made]);
    for (const { origin, ports } of this.#objects.backends.values()) {
      origins.set(
        origin,
        ports.flatMap(({ parts }) => parts.map(({ backend }) => backend)),
      );
    }
    return origins;
  }

  readonly #originName = (generatedGateway: string) => this.#gatewayOrigins.get(generatedGateway);

  readonly #targetNames = (kind: string, namespace: string | undefined, name: string) => {
    if (kind === 'Gateway') {
      const made = this.#objects.gateways.get(`${namespace}/${name}`);
      return made === undefined ? undefined : [made.object.metadata.name];
    }
    if (kind !== 'HTTPRoute') return undefined;
    const route = this.#resources.get<HTTPRoute>('HTTPRoute', namespace, name);
    const result = route === undefined ? undefined : this.#routes.get(route);
    if (result?.made === undefined) return undefined;
    return [result.made.object.metadata.name, ...(result.own === undefined ? [] : [name])];
  };

  readonly #backendNames = (namespace: string | undefined, name: string | undefined) =>
    [...this.#objects.backends.values()]
      .filter(
        ({ origin: { object } }) =>
          object.metadata.namespace === namespace && (name === undefined || object.metadata.name === name),
      )
      .flatMap(({ ports }) =>
        ports.flatMap(({ parts }) => parts.map(({ backend }) => backend.object.metadata.name)),
      );
}

const latestStatuses = new WeakMap<
  Resource,
  { readonly from: readonly unknown[]; readonly status: unknown }
>();

/** The status that was made of the same things before, so that it keeps its identity. */
function remembered(origin: Resource, from: readonly unknown[], make: () => unknown): unknown {
  const known = latestStatuses.get(origin);
  if (known?.from.length === from.length && known.from.every((part, index) => part === from[index])) {
    return known.status;
  }
  const status = make();
  latestStatuses.set(origin, { from, status });
  return status;
}

function idOf({ object }: Resource): string {
  return `${object.metadata.namespace}/${object.metadata.name}`;
}
