import type { BackendTrafficPolicy } from '../../gen/kinds/backend-traffic-policy.ts';
import type { Gateway } from '../../gen/kinds/gateway.ts';
import type { HTTPRoute } from '../../gen/kinds/http-route.ts';
import { selects } from '../../resources/label-selector.ts';
import type { KubeObject, Resource } from '../../resources/resource.ts';
import type { TranslateContext } from '../context.ts';
import { byAge } from './age.ts';

type Policy = Resource<BackendTrafficPolicy>;
type TargetSelector = NonNullable<BackendTrafficPolicy['spec']['targetSelectors']>[number];

/** A policy's reference to one target, by name. */
export interface PolicyTarget {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  readonly sectionName?: string;
}

/** Which BackendTrafficPolicy is in force for each target: the oldest of those that name or select it. */
export interface PolicyIndex {
  /** Oldest first. */
  readonly policies: readonly Policy[];
  ofRule(route: Resource<HTTPRoute>, ruleName: string | undefined): Policy | undefined;
  ofRoute(route: Resource<HTTPRoute>): Policy | undefined;
  ofListener(gateway: Resource<Gateway>, listenerName: string): Policy | undefined;
  ofGateway(gateway: Resource<Gateway>): Policy | undefined;
}

const indexes = new WeakMap<TranslateContext, PolicyIndex>();

/** The index of a context's policies; made once for each context. */
export function policyIndex(context: TranslateContext): PolicyIndex {
  const known = indexes.get(context);
  if (known !== undefined) return known;
  const made = makeIndex(context);
  indexes.set(context, made);
  return made;
}

/** `targetRef` and `targetRefs` of a policy. */
export function namedTargets({ object }: Policy): readonly PolicyTarget[] {
  const { targetRef, targetRefs = [] } = object.spec;
  return targetRef === undefined ? targetRefs : [targetRef, ...targetRefs];
}

/** Whether a policy's target selectors choose an object, and may. */
export function selectsTarget(
  context: TranslateContext,
  policy: Policy,
  target: Resource<KubeObject>,
): boolean {
  return (policy.object.spec.targetSelectors ?? []).some((selector) => {
    const group = target.object.apiVersion.split('/')[0] ?? '';
    const { kind, metadata } = target.object;
    const namespace = metadata.namespace ?? '';
    const from = policy.object.metadata.namespace ?? '';
    return (
      selector.kind === kind &&
      selector.group === group &&
      selectsNamespace(context, selector, from, namespace) &&
      selects(selector, metadata.labels) &&
      context.permits({
        from: { group: 'gateway.envoyproxy.io', kind: 'BackendTrafficPolicy', namespace: from },
        to: { group, kind, namespace, name: metadata.name },
      })
    );
  });
}

function selectsNamespace(
  context: TranslateContext,
  { namespaces }: TargetSelector,
  own: string,
  namespace: string,
): boolean {
  switch (namespaces?.from ?? 'Same') {
    case 'All':
      return true;
    case 'Selector':
      return selects(
        namespaces?.selector ?? {},
        context.resources.get('Namespace', undefined, namespace)?.object.metadata.labels,
      );
    default:
      return namespace === own;
  }
}

function makeIndex(context: TranslateContext): PolicyIndex {
  const policies = [...context.resources.list<BackendTrafficPolicy>('BackendTrafficPolicy')].sort(byAge);
  const named = new Map<string, number>();
  const selecting: number[] = [];
  policies.forEach((policy, rank) => {
    for (const { kind, name, sectionName } of namedTargets(policy)) {
      const key = targetKey(kind, policy.object.metadata.namespace ?? '', name, sectionName);
      if (!named.has(key)) named.set(key, rank);
    }
    if ((policy.object.spec.targetSelectors ?? []).length > 0) selecting.push(rank);
  });
  const selected = new WeakMap<Resource<KubeObject>, Policy | 'none'>();

  const byName = (target: Resource<KubeObject>, section: string | undefined) => {
    const { kind, metadata } = target.object;
    return named.get(targetKey(kind, metadata.namespace ?? '', metadata.name, section));
  };
  const whole = (target: Resource<KubeObject>): Policy | undefined => {
    if (selecting.length === 0) return policies[byName(target, undefined) ?? -1];
    const known = selected.get(target);
    if (known !== undefined) return known === 'none' ? undefined : known;
    const limit = byName(target, undefined) ?? policies.length;
    const rank = selecting.find((candidate) => {
      const policy = policies[candidate];
      return candidate < limit && policy !== undefined && selectsTarget(context, policy, target);
    });
    const found = policies[rank ?? limit];
    selected.set(target, found ?? 'none');
    return found;
  };
  const section = (target: Resource<KubeObject>, name: string) => policies[byName(target, name) ?? -1];

  return {
    policies,
    ofRule: (route, ruleName) => (ruleName === undefined ? undefined : section(route, ruleName)),
    ofRoute: whole,
    ofListener: section,
    ofGateway: whole,
  };
}

function targetKey(kind: string, namespace: string, name: string, section: string | undefined): string {
  return `${kind}/${namespace}/${name}#${section ?? ''}`;
}
