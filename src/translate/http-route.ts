import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import type { HTTPRoute } from '../gen/kinds/http-route.ts';
import { positionOf } from '../resources/position.ts';
import { type Resource, resourceName } from '../resources/resource.ts';
import type { Attachment } from './attachments.ts';
import { resolveBackends } from './backends/resolve-backends.ts';
import type { TranslateContext } from './context.ts';
import { ownerOfHostname } from './hostnames.ts';
import { keepIdentity } from './keep-identity.ts';
import type { JudgedListener } from './listener.ts';
import { type AttachedListener, type GatewayIndex, type JudgedParent, judgeParents } from './parents.ts';
import { trafficSettings } from './policies/traffic-settings.ts';
import { demandsOf, type Entry } from './route-action.ts';
import { type RouteShape, type RuleShape, routeShape } from './route-shape.ts';
import { type ParentReport, routeStatus } from './route-status.ts';
import type { RefProblem, RuleBackends, TrafficSettings } from './rule-backends.ts';
import type { Surroundings } from './surroundings.ts';
import { portPeers, tableName } from './table-names.ts';

/** All of a route's entries for one host name in one route table. */
export interface Placement {
  readonly tenant: string;
  readonly table: string;
  readonly host: string;
  readonly entries: readonly Entry[];
}

/** What an HTTPRoute comes to on the Gateways that there are. */
export interface RoutePlan {
  /** Absent without a data-plane parent. */
  readonly status: unknown;
  readonly attachments: readonly Attachment[];
  /** Listeners that count the route in `attachedRoutes`, each once. */
  readonly attachedTo: readonly JudgedListener[];
  readonly placements: readonly Placement[];
  /** What the plan took from backend translation. */
  readonly resolutions: readonly Resolution[];
  readonly diagnostics: readonly Diagnostic[];
}

/** A rule's policy and backends on a listener. */
interface Resolution {
  readonly ruleIndex: number;
  readonly listener: JudgedListener;
  readonly settings: TrafficSettings;
  /** Absent for a rule without references. */
  readonly backends: RuleBackends | undefined;
}

/** A plan and the surroundings that it was made for. */
export interface PlannedRoute {
  readonly surroundings: Surroundings;
  readonly plan: RoutePlan;
}

/**
 * Plans a route. A `previous` plan for the same Gateways holds while every rule's policy and backends are the same
 * objects; else it keeps the identity of what says the same.
 */
export function planRoute(
  { context, gateways }: Surroundings,
  route: Resource<HTTPRoute>,
  previous?: PlannedRoute,
): RoutePlan {
  if (previous?.surroundings.gateways === gateways && holds(context, route, previous.plan))
    return previous.plan;
  const shape = routeShape(route);
  const { parents, diagnostics } = judgeParents(context, gateways, route);
  const rules = new RuleTranslator(context, route, shape);
  const reports = parents.map((parent): ParentReport => ({ parent, problems: rules.problems(parent) }));
  const attached = unique(parents.flatMap((parent) => parent.attached));
  const placed = attached.map((one) => place(gateways, rules, one));
  return {
    status: keepIdentity(previous?.plan.status, routeStatus(route, shape, reports)),
    attachments: keepIdentity(previous?.plan.attachments, attachmentsOf(route, parents)),
    attachedTo: attached.map(({ listener }) => listener),
    placements: placed.flatMap(({ placements }) => placements),
    resolutions: rules.resolutions,
    diagnostics: [
      ...diagnostics,
      ...(parents.length === 0 ? [] : shape.diagnostics),
      ...rules.diagnostics,
      ...lostHosts(
        route,
        attached,
        placed.flatMap(({ lost }) => lost),
      ),
    ],
  };
}

function holds(context: TranslateContext, route: Resource<HTTPRoute>, { resolutions }: RoutePlan): boolean {
  return resolutions.every((known) => {
    const now = resolve(context, route, { ...known, hasBackends: known.backends !== undefined });
    return now.settings === known.settings && now.backends === known.backends;
  });
}

function resolve(
  context: TranslateContext,
  route: Resource<HTTPRoute>,
  at: Pick<Resolution, 'ruleIndex' | 'listener'> & { readonly hasBackends: boolean },
): Resolution {
  const { hasBackends, listener, ruleIndex } = at;
  const { gateway, name } = listener;
  // A policy's section is a listener of the Gateway itself.
  const listenerName = listener.owner === gateway ? name : listener.label;
  const settings = trafficSettings(context, { route, ruleIndex, gateway, listenerName });
  const backends = hasBackends ? resolveBackends(context, { route, ruleIndex, settings }) : undefined;
  return { ruleIndex, listener, settings, backends };
}

/** Translates rules for listeners. */
class RuleTranslator {
  readonly #context: TranslateContext;
  readonly #route: Resource<HTTPRoute>;
  readonly #shape: RouteShape;
  readonly #resolutions: Resolution[] = [];

  constructor(context: TranslateContext, route: Resource<HTTPRoute>, shape: RouteShape) {
    this.#context = context;
    this.#route = route;
    this.#shape = shape;
  }

  get resolutions(): readonly Resolution[] {
    return this.#resolutions;
  }

  get diagnostics(): readonly Diagnostic[] {
    const said = new Set(this.#resolutions.map(({ backends }) => backends?.diagnostics ?? []));
    return [...said].flat();
  }

  /** Problems with references; judged even where the route is not accepted. */
  problems({ attached, gateway }: JudgedParent): readonly RefProblem[] {
    const listener = attached[0]?.listener ?? gateway.listeners[0];
    if (listener === undefined) return [];
    return this.#shape.rules.flatMap((rule) =>
      rule.hasBackends ? (this.#resolve(rule, listener).backends?.problems ?? []) : [],
    );
  }

  entries(listener: JudgedListener): readonly Entry[] {
    const { creationTimestamp, name, namespace = 'default' } = this.#route.object.metadata;
    const age = { creationTimestamp, namespace, name };
    return this.#shape.rules.flatMap((rule) => {
      const { backends, settings } = this.#resolve(rule, listener);
      const demands = demandsOf(rule, backends);
      const ofRule = { route: this.#route, rule, listener, settings, backends, demands, age };
      return rule.matches.map(
        (shape): Entry => ({
          ...ofRule,
          shape,
          match: shape.match,
          ruleIndex: rule.index,
          matchIndex: shape.index,
        }),
      );
    });
  }

  #resolve({ hasBackends, index }: RuleShape, listener: JudgedListener): Resolution {
    const known = this.#resolutions.find((one) => one.ruleIndex === index && one.listener === listener);
    if (known !== undefined) return known;
    const made = resolve(this.#context, this.#route, { ruleIndex: index, listener, hasBackends });
    this.#resolutions.push(made);
    return made;
  }
}

interface Lost {
  readonly host: string;
  readonly listener: JudgedListener;
  readonly owner: JudgedListener;
}

/** Host names that belong to a more specific listener of the port are not served here (listener isolation). */
function place(gateways: GatewayIndex, rules: RuleTranslator, { listener, hostnames }: AttachedListener) {
  const placements: Placement[] = [];
  const lost: Lost[] = [];
  if (!listener.isProgrammed) return { placements, lost };
  const tenant = listener.gateway.object.metadata.namespace ?? 'default';
  const peers = portPeers(gateways, listener);
  const entries = rules.entries(listener);
  for (const host of hostnames) {
    const owner = ownerOfHostname(host, peers);
    if (owner !== undefined && owner !== listener) lost.push({ host, listener, owner });
    else placements.push({ tenant, table: tableName(listener), host, entries });
  }
  return { placements, lost };
}

function lostHosts(
  route: Resource<HTTPRoute>,
  attached: readonly AttachedListener[],
  lost: readonly Lost[],
): readonly Diagnostic[] {
  const hostnames = route.object.spec.hostnames ?? [];
  return lost.flatMap(({ host, listener, owner }) => {
    const index = hostnames.indexOf(host);
    // A route that is attached to the owner as well loses nothing.
    const isServed = attached.some((one) => one.listener === owner && one.hostnames.includes(host));
    if (index < 0 || isServed) return [];
    return [
      diagnostic('CALB0304', {
        message: `${host} on listener "${listener.name}" belongs to listener "${owner.name}" (${owner.hostname})`,
        position: positionOf(route, ['spec', 'hostnames', index]),
        resource: resourceName(route),
      }),
    ];
  });
}

function unique(attached: readonly AttachedListener[]): readonly AttachedListener[] {
  return [...new Map(attached.map((one) => [one.listener.key, one])).values()];
}

function attachmentsOf(route: Resource<HTTPRoute>, parents: readonly JudgedParent[]): readonly Attachment[] {
  const byGateway = new Map<string, { gateway: Attachment['gateway']; names: Set<string> }>();
  for (const { gateway, attached } of parents) {
    const known = byGateway.get(gateway.key) ?? { gateway: gateway.resource, names: new Set<string>() };
    for (const { listener } of attached)
      if (listener.owner === gateway.resource) known.names.add(listener.name);
    byGateway.set(gateway.key, known);
  }
  return [...byGateway.values()].map(({ gateway, names }) => ({
    route,
    gateway,
    listenerNames: gateway.object.spec.listeners.map(({ name }) => name).filter((name) => names.has(name)),
  }));
}
