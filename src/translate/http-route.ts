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
import { type RouteShape, routeShape } from './route-shape.ts';
import { type ParentReport, routeStatus } from './route-status.ts';
import type { RefProblem } from './rule-backends.ts';
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
  readonly diagnostics: readonly Diagnostic[];
}

/** Plans a route. `previous` keeps the status's identity where it says the same. */
export function planRoute(
  context: TranslateContext,
  gateways: GatewayIndex,
  route: Resource<HTTPRoute>,
  previous: RoutePlan | undefined,
): RoutePlan {
  const shape = routeShape(route);
  const { parents, diagnostics } = judgeParents(context, gateways, route);
  const rules = new RuleTranslator(context, route, shape);
  const reports = parents.map((parent): ParentReport => ({ parent, problems: rules.problems(parent) }));
  const attached = unique(parents.flatMap((parent) => parent.attached));
  const placed = attached.map((one) => place(gateways, rules, one));
  return {
    status: keepIdentity(previous?.status, routeStatus(route, shape, reports)),
    attachments: keepIdentity(previous?.attachments, attachmentsOf(route, parents)),
    attachedTo: attached.map(({ listener }) => listener),
    placements: placed.flatMap(({ placements }) => placements),
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

/** Translates rules for listeners, each once. */
class RuleTranslator {
  readonly #context: TranslateContext;
  readonly #route: Resource<HTTPRoute>;
  readonly #shape: RouteShape;
  readonly #said = new Set<readonly Diagnostic[]>();

  constructor(context: TranslateContext, route: Resource<HTTPRoute>, shape: RouteShape) {
    this.#context = context;
    this.#route = route;
    this.#shape = shape;
  }

  get diagnostics(): readonly Diagnostic[] {
    return [...this.#said].flat();
  }

  /** Problems with references; judged even where the route is not accepted. */
  problems({ attached, gateway }: JudgedParent): readonly RefProblem[] {
    const listener = attached[0]?.listener ?? gateway.listeners[0];
    if (listener === undefined) return [];
    return this.#shape.rules.flatMap(({ index, hasBackends }) =>
      hasBackends ? this.#resolve(index, listener).backends.problems : [],
    );
  }

  entries(listener: JudgedListener): readonly Entry[] {
    const { creationTimestamp, name, namespace = 'default' } = this.#route.object.metadata;
    const age = { creationTimestamp, namespace, name };
    return this.#shape.rules.flatMap((rule) => {
      const resolved = rule.hasBackends ? this.#resolve(rule.index, listener) : undefined;
      const settings = resolved?.settings ?? this.#settings(rule.index, listener);
      const demands = demandsOf(rule, resolved?.backends);
      return rule.matches.map(
        (shape): Entry => ({
          route: this.#route,
          rule,
          shape,
          listener,
          settings,
          backends: resolved?.backends,
          demands,
          match: shape.match,
          age,
          ruleIndex: rule.index,
          matchIndex: shape.index,
        }),
      );
    });
  }

  #settings(ruleIndex: number, { gateway, name }: JudgedListener) {
    return trafficSettings(this.#context, { route: this.#route, ruleIndex, gateway, listenerName: name });
  }

  #resolve(ruleIndex: number, listener: JudgedListener) {
    const settings = this.#settings(ruleIndex, listener);
    const backends = resolveBackends(this.#context, { route: this.#route, ruleIndex, settings });
    if (backends.diagnostics.length > 0) this.#said.add(backends.diagnostics);
    return { settings, backends };
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
    for (const { listener } of attached) known.names.add(listener.name);
    byGateway.set(gateway.key, known);
  }
  return [...byGateway.values()].map(({ gateway, names }) => ({
    route,
    gateway,
    listenerNames: gateway.object.spec.listeners.map(({ name }) => name).filter((name) => names.has(name)),
  }));
}
