import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import type { BackendTLSPolicy } from '../../gen/kinds/backend-tls-policy.ts';
import type { HTTPRoute } from '../../gen/kinds/http-route.ts';
import type { Service } from '../../gen/kinds/service.ts';
import { positionOf } from '../../resources/position.ts';
import { type Path, type Resource, resourceName } from '../../resources/resource.ts';
import type { Attachments } from '../attachments.ts';
import type { TranslateContext } from '../context.ts';
import { type Ancestor, PolicyStatus } from '../policies/policy-status.ts';
import type { BackendReference } from './judge-reference.ts';
import { type TlsPolicies, type TlsTarget, tlsPolicies } from './tls-policies.ts';

type Policy = Resource<BackendTLSPolicy>;

/** Statuses of all BackendTLSPolicies, and what is wrong with them. */
export interface TlsPolicyReport {
  readonly statuses: ReadonlyMap<Policy, unknown>;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * `status.ancestors` of every BackendTLSPolicy: the Gateways of the routes that lead to what it targets. One that lost
 * to an older one has those of the older one.
 */
export function tlsPolicyStatuses(context: TranslateContext, attachments: Attachments): TlsPolicyReport {
  const index = tlsPolicies(context);
  if (index.policies.length === 0) return { statuses: new Map(), diagnostics: [] };
  const ancestors = ancestorsOf(context, attachments, index);
  const statuses = new Map<Policy, unknown>();
  for (const policy of index.policies) {
    const winner = index.winnerOver(policy);
    const status = new PolicyStatus(policy);
    const own = ancestors.get(policy) ?? new Map();
    const shown = winner === undefined ? own : new Map([...own, ...(ancestors.get(winner) ?? [])]);
    for (const ancestor of shown.values()) setConditions(status, ancestor, { policy, winner, index });
    const made = status.status();
    if (made !== undefined) statuses.set(policy, made);
  }
  return { statuses, diagnostics: index.policies.flatMap((policy) => findings(policy, index)) };
}

type AncestorsByKey = ReadonlyMap<string, Ancestor>;

function ancestorsOf(
  context: TranslateContext,
  attachments: Attachments,
  index: TlsPolicies,
): ReadonlyMap<Policy, AncestorsByKey> {
  const found = new Map<Policy, Map<string, Ancestor>>();
  for (const route of attachments.routes) {
    const gateways = attachments.ofRoute(route).map(({ gateway }) => gateway.object.metadata);
    if (gateways.length === 0) continue;
    for (const target of targetsOf(context, route)) {
      const policy = index.inForce(target);
      if (policy === undefined) continue;
      const ofPolicy = found.get(policy) ?? new Map<string, Ancestor>();
      found.set(policy, ofPolicy);
      for (const { namespace = 'default', name } of gateways)
        ofPolicy.set(`${namespace}/${name}`, { namespace, name });
    }
  }
  return found;
}

/** What a route's rules refer to, mirrors included. */
function targetsOf(context: TranslateContext, { object }: Resource<HTTPRoute>): readonly TlsTarget[] {
  const own = object.metadata.namespace ?? 'default';
  return object.spec.rules.flatMap(({ backendRefs = [], filters = [] }) => {
    const mirrors = filters.flatMap(({ requestMirror }) => requestMirror?.backendRef ?? []);
    return [...backendRefs, ...mirrors].flatMap((reference) => targetOf(context, own, reference));
  });
}

function targetOf(
  { resources }: TranslateContext,
  own: string,
  { kind, name, namespace = own, port }: BackendReference,
): readonly TlsTarget[] {
  if (kind === 'Backend') return [{ kind, namespace, name }];
  if (kind !== 'Service') return [];
  const service = resources.get<Service>('Service', namespace, name);
  const section = service?.object.spec?.ports?.find((one) => one.port === port)?.name;
  return [{ kind, namespace, name, section }];
}

interface About {
  readonly policy: Policy;
  readonly winner: Policy | undefined;
  readonly index: TlsPolicies;
}

function setConditions(status: PolicyStatus, ancestor: Ancestor, { policy, winner, index }: About): void {
  if (winner !== undefined) {
    status.set(ancestor, {
      ...{ type: 'Accepted', status: 'False', reason: 'Conflicted' },
      message: `Policy conflicts with BackendTLSPolicy ${nameOf(winner)}.`,
    });
    return;
  }
  const judged = index.judge(policy);
  if (judged.type === 'broken') {
    const { message, reason } = judged;
    status.set(ancestor, {
      type: 'Accepted',
      status: 'False',
      reason: 'NoValidCACertificate',
      message: `${message}.`,
    });
    status.set(ancestor, { type: 'ResolvedRefs', status: 'False', reason, message: `${message}.` });
    return;
  }
  const message = 'Resolved all the Object references.';
  status.set(ancestor, { type: 'ResolvedRefs', status: 'True', reason: 'ResolvedRefs', message });
  status.accept(ancestor);
}

function nameOf({ object }: Policy): string {
  return `${object.metadata.namespace}/${object.metadata.name}`;
}

function findings(policy: Policy, index: TlsPolicies): readonly Diagnostic[] {
  const at = (path: Path) => ({ position: positionOf(policy, path), resource: resourceName(policy) });
  const winner = index.winnerOver(policy);
  if (winner !== undefined) {
    const message = `BackendTLSPolicy ${nameOf(winner)} is older and has the same target`;
    return [diagnostic('CALB0242', { message, ...at(['spec', 'targetRefs']) })];
  }
  const judged = index.judge(policy);
  if (judged.type !== 'broken') return [];
  return [
    diagnostic('CALB0241', { message: judged.message, ...at(['spec', 'validation', 'caCertificateRefs']) }),
  ];
}
