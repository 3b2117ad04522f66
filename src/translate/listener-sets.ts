import type { Gateway } from '../gen/kinds/gateway.ts';
import type { ListenerSet } from '../gen/kinds/listener-set.ts';
import { selects } from '../resources/label-selector.ts';
import type { Resource } from '../resources/resource.ts';
import type { Resources } from '../resources/resources.ts';
import { conditions, type Verdict } from './conditions.ts';
import { type JudgedListener, listenerStatus } from './listener.ts';
import { byAge } from './policies/age.ts';

/** A ListenerSet that names a Gateway. */
export interface AttachedSet {
  readonly resource: Resource<ListenerSet>;
  /** Whether the Gateway's `allowedListeners` lets it add listeners. */
  readonly isAllowed: boolean;
}

/** A ListenerSet and what became of its listeners, in their order. */
export interface JudgedSet extends AttachedSet {
  readonly listeners: readonly JudgedListener[];
  readonly verdicts: readonly Verdict[];
  /** It counts in the Gateway's `attachedListenerSets`. */
  readonly isAccepted: boolean;
}

/**
 * The ListenerSets that name a Gateway, in the order of precedence (Gateway API v1.6.1, ListenerSet): the older one first,
 * then by namespace and name.
 */
export function listenerSetsOf(resources: Resources, gateway: Resource<Gateway>): readonly AttachedSet[] {
  const { namespace = 'default', name } = gateway.object.metadata;
  return resources
    .list<ListenerSet>('ListenerSet')
    .filter(({ object: { metadata, spec } }) => {
      const own = spec.parentRef.namespace ?? metadata.namespace ?? 'default';
      return spec.parentRef.kind === 'Gateway' && own === namespace && spec.parentRef.name === name;
    })
    .sort(byAge)
    .map((resource) => ({ resource, isAllowed: allows(resources, gateway, resource) }));
}

/** The objects that declare a Gateway's listeners: itself, then the ListenerSets that it allows. */
export function listenerOwners(
  resources: Resources,
  gateway: Resource<Gateway>,
): readonly Resource<Gateway | ListenerSet>[] {
  const sets = listenerSetsOf(resources, gateway).filter(({ isAllowed }) => isAllowed);
  return [gateway, ...sets.map(({ resource }) => resource)];
}

/** Ports that a Gateway declares, itself and by ListenerSets that it allows; each once. */
export function declaredPorts(resources: Resources, gateway: Resource<Gateway>): readonly number[] {
  const listeners = listenerOwners(resources, gateway).flatMap(({ object }) => object.spec.listeners);
  return [...new Set(listeners.map(({ port }) => port))];
}

/** Judges a set by its listeners. `isGatewayAccepted` without them: nothing of a refused Gateway is accepted. */
export function judgeSet(
  set: AttachedSet,
  listeners: readonly JudgedListener[],
  isGatewayAccepted: boolean,
): JudgedSet {
  const no = (reason: string, message: string): JudgedSet => ({
    ...set,
    listeners,
    verdicts: [
      ['Accepted', 'False', reason, message],
      ['Programmed', 'False', reason, message],
    ],
    isAccepted: false,
  });
  if (!set.isAllowed) return no('NotAllowed', 'The Gateway does not allow listeners of this ListenerSet');
  if (!isGatewayAccepted) return no('ParentNotAccepted', 'The Gateway is not accepted');
  const invalid = listeners.filter(({ isSound }) => !isSound).map(({ name }) => name);
  const names = [...invalid].sort().join(', ');
  if (invalid.length === listeners.length) return no('ListenersNotValid', `No listeners are valid: ${names}`);
  const accepted: Verdict =
    invalid.length === 0
      ? ['Accepted', 'True', 'Accepted', 'The ListenerSet has been accepted']
      : ['Accepted', 'True', 'ListenersNotValid', `Listeners not valid: ${names}`];
  const programmed: Verdict = listeners.some(({ isProgrammed }) => isProgrammed)
    ? ['Programmed', 'True', 'Programmed', 'The listeners have been sent to the data plane']
    : ['Programmed', 'False', 'Pending', 'Waiting for an address on which the ports are served'];
  return { ...set, listeners, verdicts: [accepted, programmed], isAccepted: true };
}

/** `status` of a ListenerSet, with the number of routes on each of its listeners. */
export function listenerSetStatus(set: JudgedSet, attached: ReadonlyMap<JudgedListener, number>): unknown {
  const { generation } = set.resource.object.metadata;
  return {
    conditions: conditions(generation, set.verdicts),
    listeners: set.listeners.map((listener) => listenerStatus(listener, generation, attached)),
  };
}

/** `spec.allowedListeners.namespaces` of the Gateway; by default it allows none. */
function allows(resources: Resources, gateway: Resource<Gateway>, set: Resource<ListenerSet>): boolean {
  const { from, selector } = gateway.object.spec.allowedListeners?.namespaces ?? {};
  const namespace = set.object.metadata.namespace ?? 'default';
  switch (from) {
    case 'All':
      return true;
    case 'Same':
      return namespace === gateway.object.metadata.namespace;
    case 'Selector': {
      const labels = resources.get('Namespace', undefined, namespace)?.object.metadata.labels;
      return (
        selector !== undefined && selects(selector, { ...labels, 'kubernetes.io/metadata.name': namespace })
      );
    }
    default:
      return false;
  }
}
