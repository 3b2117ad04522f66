import { type Diagnostic, diagnosticKey } from '../diagnostics/diagnostic.ts';
import type { HTTPRoute } from '../gen/kinds/http-route.ts';
import type { Tenant } from '../model/tenant.ts';
import type { Resource } from '../resources/resource.ts';
import type { Attachment, Attachments } from './attachments.ts';
import { backendStatuses } from './backends/backend-statuses.ts';
import { gatewayStatus } from './gateway.ts';
import { allRoutes, declaredRoute } from './grpc-route.ts';
import { type PlannedRoute, planRoute, type RoutePlan } from './http-route.ts';
import { keepIdentity } from './keep-identity.ts';
import type { JudgedListener } from './listener.ts';
import { listenerSetStatus } from './listener-sets.ts';
import type { Entry } from './route-action.ts';
import type { ClusterDemand } from './rule-backends.ts';
import { makeSurroundings, type Surroundings, sameSurroundings } from './surroundings.ts';
import { buildTenant } from './tenant.ts';
import type { TranslateInput, Translation } from './translation.ts';
import { VirtualHosts } from './virtual-hosts.ts';

/**
 * Translates effective resources to one model per tenant, with the status of every object and all findings:
 *
 * 1. surroundings: GatewayClasses, Gateways, listeners, ReferenceGrants (`surroundings.ts`)
 * 2. each route by itself: shape, parents, backends, status (`http-route.ts`)
 * 3. each tenant: clusters, virtual hosts, route tables, listeners, secrets (`tenant.ts`)
 * 4. what routes decide for others: attachedRoutes, policy statuses
 *
 * The result depends on the input alone; what is remembered from one call to the next only keeps the identity of what
 * did not change, and saves the work for it.
 */
export function createTranslator(): (input: TranslateInput) => Translation {
  const translator = new Translator();
  return (input) => translator.translate(input);
}

/** All routes of the latest call and their plans, in one order. */
interface PlannedRoutes {
  readonly surroundings: Surroundings | undefined;
  readonly routes: readonly Resource<HTTPRoute>[];
  readonly plans: readonly RoutePlan[];
}

class Translator {
  #input: TranslateInput | undefined;
  #surroundings: Surroundings | undefined;
  #plans = new WeakMap<Resource<HTTPRoute>, PlannedRoute>();
  #planned: PlannedRoutes = { surroundings: undefined, routes: [], plans: [] };
  #tenants: ReadonlyMap<string, Tenant> = new Map();
  #statuses = new WeakMap<Resource, unknown>();
  readonly #virtualHosts = new VirtualHosts();

  translate(input: TranslateInput): Translation {
    const surroundings = this.#look(input);
    const routes = allRoutes(input.resources);
    const plans = this.#planAll(surroundings, routes);
    const diagnostics: Diagnostic[] = [...surroundings.diagnostics];
    const statuses = new Map<Resource, unknown>();
    for (const [resource, status] of surroundings.classStatuses)
      statuses.set(resource, this.#kept(resource, status));
    const attached = new Map<JudgedListener, number>();
    plans.forEach((plan, index) => {
      for (const listener of plan.attachedTo) attached.set(listener, (attached.get(listener) ?? 0) + 1);
      if (plan.diagnostics.length > 0) diagnostics.push(...plan.diagnostics);
      const route = routes[index];
      if (route !== undefined && plan.status !== undefined) statuses.set(declaredRoute(route), plan.status);
    });
    diagnostics.push(...this.#buildTenants(surroundings, plans));
    for (const gateway of surroundings.gateways.values()) {
      const status = gatewayStatus(gateway, attached);
      statuses.set(gateway.resource, this.#kept(gateway.resource, status));
      for (const set of gateway.sets) {
        statuses.set(set.resource, this.#kept(set.resource, listenerSetStatus(set, attached)));
      }
    }
    const report = backendStatuses(surroundings.context, attachments(routes, plans));
    for (const [resource, status] of report.statuses) statuses.set(resource, status);
    diagnostics.push(...report.diagnostics);
    return { tenants: this.#tenants, statuses, diagnostics: distinct(diagnostics) };
  }

  /** A status that says the same as before is the same object. */
  #kept(resource: Resource, status: unknown): unknown {
    const kept = keepIdentity(this.#statuses.get(resource), status);
    this.#statuses.set(resource, kept);
    return kept;
  }

  #look(input: TranslateInput): Surroundings {
    const previous =
      this.#input === undefined || this.#surroundings === undefined
        ? undefined
        : { input: this.#input, surroundings: this.#surroundings };
    const surroundings =
      previous !== undefined && sameSurroundings(previous.input, input)
        ? previous.surroundings
        : makeSurroundings(input, previous);
    this.#input = input;
    this.#surroundings = surroundings;
    return surroundings;
  }

  /** Routes come in a fixed order, so most stand where they stood before: no look-up is needed for those. */
  #planAll(surroundings: Surroundings, routes: readonly Resource<HTTPRoute>[]): readonly RoutePlan[] {
    const before = this.#planned;
    const isSame = before.surroundings === surroundings;
    const plans = routes.map((route, index) => {
      const plan = before.plans[index];
      return isSame && plan !== undefined && before.routes[index] === route
        ? plan
        : this.#plan(surroundings, route);
    });
    this.#planned = { surroundings, routes, plans };
    return plans;
  }

  #plan(surroundings: Surroundings, route: Resource<HTTPRoute>): RoutePlan {
    const known = this.#plans.get(route);
    if (known?.surroundings === surroundings) return known.plan;
    const plan = planRoute(surroundings, route, known);
    this.#plans.set(route, { surroundings, plan });
    return plan;
  }

  #buildTenants(surroundings: Surroundings, plans: readonly RoutePlan[]): readonly Diagnostic[] {
    const { entries, demands } = collect(plans);
    const tenants = new Map<string, Tenant>();
    const diagnostics: Diagnostic[] = [];
    for (const [name, gateways] of surroundings.tenants) {
      const built = buildTenant({
        context: surroundings.context,
        name,
        gateways,
        index: surroundings.gateways,
        entries,
        demands: demands.get(name) ?? [],
        virtualHosts: this.#virtualHosts,
        previous: this.#tenants.get(name),
      });
      tenants.set(name, built.tenant);
      diagnostics.push(...built.diagnostics);
    }
    this.#virtualHosts.endPass();
    this.#tenants = tenants;
    return diagnostics;
  }
}

/** Entries by table and host name, and demands by tenant. Neighbours mostly share their table. */
function collect(plans: readonly RoutePlan[]) {
  const entries = new Map<string, Map<string, Entry[]>>();
  const demands = new Map<string, ClusterDemand[]>();
  let latest: string | undefined;
  let hosts = new Map<string, Entry[]>();
  let wanted: ClusterDemand[] = [];
  for (const { placements } of plans) {
    for (const { entries: placed, host, table, tenant } of placements) {
      if (table !== latest) {
        latest = table;
        hosts = getOrAdd(entries, table, () => new Map<string, Entry[]>());
        wanted = getOrAdd(demands, tenant, (): ClusterDemand[] => []);
      }
      const ofHost = hosts.get(host);
      if (ofHost === undefined) hosts.set(host, [...placed]);
      else for (const entry of placed) ofHost.push(entry);
      for (const entry of placed) for (const demand of entry.demands) wanted.push(demand);
    }
  }
  return { entries, demands };
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

function attachments(routes: readonly Resource<HTTPRoute>[], plans: readonly RoutePlan[]): Attachments {
  let byRoute: Map<Resource<HTTPRoute>, readonly Attachment[]> | undefined;
  let byGateway: Map<Resource, Attachment[]> | undefined;
  return {
    routes,
    ofRoute: (route) => {
      byRoute ??= new Map(routes.map((one, index) => [one, plans[index]?.attachments ?? []]));
      return byRoute.get(route) ?? [];
    },
    ofGateway: (gateway) => {
      if (byGateway === undefined) {
        byGateway = new Map();
        for (const attachment of plans.flatMap((plan) => plan.attachments)) {
          getOrAdd(byGateway, attachment.gateway, (): Attachment[] => []).push(attachment);
        }
      }
      return byGateway.get(gateway) ?? [];
    },
  };
}

/** One finding can be met on several ways. */
function distinct(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...new Map(diagnostics.map((found) => [diagnosticKey(found), found])).values()];
}
