import type { BackendTrafficPolicy } from '../../gen/kinds/backend-traffic-policy.ts';
import type { CycloudBackend } from '../../gen/kinds/cycloud-backend.ts';
import type { Gateway } from '../../gen/kinds/gateway.ts';
import type { HTTPRoute } from '../../gen/kinds/http-route.ts';
import type { Resource } from '../../resources/resource.ts';
import { calbController } from './calb-gateways.ts';

/** A condition, whatever kind of object it is of. */
export interface AnyCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration?: number;
}

/** Conditions of which `True` is the bad value. */
const badWhenTrue = new Set(['Conflicted', 'OverlappingTLSConfig', 'RouteRulesOverlap', 'PartiallyInvalid']);

interface GatewayStatus {
  readonly addresses?: readonly { readonly type: string; readonly value: string }[];
  readonly conditions?: readonly AnyCondition[];
}

interface RouteStatus {
  readonly parents: readonly RouteParentStatus[];
}

interface RouteParentStatus {
  readonly parentRef: { readonly name: string; readonly namespace?: string };
  readonly conditions: readonly AnyCondition[];
}

interface PolicyStatus {
  readonly ancestors: readonly {
    readonly ancestorRef: { readonly name: string; readonly namespace?: string };
  }[];
}

/** Status of a CALB Gateway: its listeners' host names as addresses, or the address of what was made from it. */
export function calbGatewayStatus(
  origin: Resource<Gateway>,
  made: Resource<Gateway>,
  status: unknown,
): unknown {
  const { addresses, conditions, ...rest } = status as GatewayStatus;
  const hostnames = origin.object.spec.listeners.flatMap(({ hostname }) => hostname ?? []);
  const own = [...new Set(hostnames)].map((value) => ({ type: 'Hostname', value }));
  return {
    ...rest,
    ...(own.length > 0 ? { addresses: own } : addresses === undefined ? {} : { addresses }),
    conditions: fromMade(conditions ?? [], made),
  };
}

/**
 * Status of a declared HTTPRoute with CALB parents, in the order of its parentRefs.
 *
 * @param ownStatus of what is left of it for other parents
 * @param originName name of the CALB Gateway (`namespace/name`) that a generated one was made from
 */
export function calbRouteStatus(
  origin: Resource<HTTPRoute>,
  made: Resource<HTTPRoute>,
  madeStatus: unknown,
  ownStatus: unknown,
  originName: (generatedGateway: string) => string | undefined,
): unknown {
  const namespace = origin.object.metadata.namespace ?? 'default';
  const ofMade = parentsOf(madeStatus).map((parent) => {
    const gateway = originName(`${parent.parentRef.namespace ?? namespace}/${parent.parentRef.name}`);
    const name = gateway?.split('/')[1] ?? parent.parentRef.name;
    return {
      ...parent,
      parentRef: { ...parent.parentRef, name },
      controllerName: calbController,
      conditions: fromMade(parent.conditions, made),
    };
  });
  const all = [...ofMade, ...parentsOf(ownStatus)];
  const order = (origin.object.spec.parentRefs ?? []).map(
    (ref) => `${ref.namespace ?? namespace}/${ref.name}`,
  );
  const placeOf = ({ parentRef }: RouteParentStatus) =>
    order.indexOf(`${parentRef.namespace ?? namespace}/${parentRef.name}`);
  return { parents: all.toSorted((a, b) => placeOf(a) - placeOf(b)) };
}

/** Status of a CycloudBackend: `Accepted` of its Backends, the worst one. */
export function cycloudBackendStatus(
  origin: Resource<CycloudBackend>,
  made: readonly { readonly resource: Resource; readonly status: unknown }[],
): unknown {
  const observedGeneration = origin.object.metadata.generation;
  if (made.length === 0) {
    const message = 'Nothing was made from it: it has no endpoint with a port';
    const condition = { type: 'Accepted', status: 'False', reason: 'Invalid', message, observedGeneration };
    return { conditions: [condition] };
  }
  const conditions = made.flatMap(({ resource, status }) =>
    fromMade((status as { readonly conditions?: readonly AnyCondition[] }).conditions ?? [], resource),
  );
  const byType = new Map<string, AnyCondition>();
  for (const condition of worstFirst(conditions)) {
    if (!byType.has(condition.type)) byType.set(condition.type, condition);
  }
  return { conditions: [...byType.values()] };
}

/** Status of a policy that names CALB objects: its ancestors are those objects. */
export function calbPolicyStatus(
  policy: Resource<BackendTrafficPolicy>,
  status: unknown,
  originName: (generatedGateway: string) => string | undefined,
): unknown {
  const { ancestors, ...rest } = status as PolicyStatus;
  const own = policy.object.metadata.namespace ?? 'default';
  return {
    ...rest,
    ancestors: ancestors.map((ancestor) => {
      const { name, namespace = own } = ancestor.ancestorRef;
      const origin = originName(`${namespace}/${name}`)?.split('/')[1];
      if (origin === undefined) return ancestor;
      return { ...ancestor, ancestorRef: { ...ancestor.ancestorRef, name: origin } };
    }),
  };
}

function parentsOf(status: unknown): readonly RouteParentStatus[] {
  return (status as RouteStatus | undefined)?.parents ?? [];
}

/** The worst first, each saying which object it is of. */
function fromMade(conditions: readonly AnyCondition[], made: Resource): readonly AnyCondition[] {
  const { kind, metadata } = made.object;
  return worstFirst(conditions).map((condition) => ({
    ...condition,
    message: `${kind} ${metadata.name}: ${condition.message}`,
  }));
}

function worstFirst(conditions: readonly AnyCondition[]): readonly AnyCondition[] {
  return conditions.toSorted((a, b) => badness(b) - badness(a));
}

function badness({ type, status }: AnyCondition): number {
  if (status === 'Unknown') return 1;
  return (status === 'True') === badWhenTrue.has(type) ? 2 : 0;
}
