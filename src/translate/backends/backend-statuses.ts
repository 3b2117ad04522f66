import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Backend } from '../../gen/kinds/backend.ts';
import type { BackendTrafficPolicy } from '../../gen/kinds/backend-traffic-policy.ts';
import type { Deployment } from '../../gen/kinds/deployment.ts';
import type { Resource } from '../../resources/resource.ts';
import type { Attachments } from '../attachments.ts';
import type { TranslateContext } from '../context.ts';
import { keepIdentity } from '../keep-identity.ts';
import { envoyProxyStatuses } from '../policies/envoy-proxy-statuses.ts';
import { policyFindings } from '../policies/policy-findings.ts';
import { policyStatuses } from '../policies/policy-statuses.ts';
import type { BackendStatuses } from '../rule-backends.ts';
import { deploymentFindings } from '../workloads/deployment-findings.ts';
import { backendError } from './backend-errors.ts';
import { backendFindings } from './backend-findings.ts';
import { tlsPolicyStatuses } from './tls-policy-statuses.ts';

/** Statuses of Backends, BackendTrafficPolicies and EnvoyProxies, and what is to be said about them and about Deployments. */
export interface BackendReport {
  readonly statuses: BackendStatuses;
  readonly diagnostics: readonly Diagnostic[];
}

const byContext = new WeakMap<TranslateContext, BackendReport>();
const latest = new WeakMap<Resource, unknown>();

/**
 * Statuses of Backends (`Accepted`), BackendTrafficPolicies and EnvoyProxies (`ancestors`), with findings that belong to
 * no single route. Each status keeps its identity while it says the same.
 */
export function backendStatuses(context: TranslateContext, attachments: Attachments): BackendReport {
  const own = ownReport(context);
  const reports = [policyStatuses(context, attachments), tlsPolicyStatuses(context, attachments)];
  if (reports.every(({ statuses, diagnostics }) => statuses.size === 0 && diagnostics.length === 0))
    return own;
  return {
    statuses: new Map([
      ...own.statuses,
      ...reports.flatMap(({ statuses }) =>
        [...(statuses as ReadonlyMap<Resource, unknown>)].map(
          ([policy, status]) => [policy, kept(policy, status)] as const,
        ),
      ),
    ]),
    diagnostics: [...own.diagnostics, ...reports.flatMap(({ diagnostics }) => diagnostics)],
  };
}

/** The part that no route has a say in; made once for each context. */
function ownReport(context: TranslateContext): BackendReport {
  const known = byContext.get(context);
  if (known !== undefined) return known;
  const { resources, fidelity } = context;
  const backends = resources.list<Backend>('Backend');
  const report: BackendReport = {
    statuses: new Map<Resource, unknown>([
      ...backends.map((backend) => [backend, kept(backend, statusOf(backend))] as const),
      ...[...envoyProxyStatuses(context)].map(([proxy, status]) => [proxy, kept(proxy, status)] as const),
    ]),
    diagnostics: [
      ...backends.flatMap((backend) => backendFindings(backend, resources)),
      ...resources
        .list<BackendTrafficPolicy>('BackendTrafficPolicy')
        .flatMap((policy) => policyFindings(policy, fidelity)),
      ...resources
        .list<Deployment>('Deployment')
        .flatMap((deployment) => deploymentFindings(deployment, resources, context.runsImages)),
    ],
  };
  byContext.set(context, report);
  return report;
}

function statusOf({ object }: Resource<Backend>): unknown {
  const error = backendError(object);
  const condition =
    error === undefined
      ? { type: 'Accepted', status: 'True', reason: 'Accepted', message: 'The Backend was accepted' }
      : {
          type: 'Accepted',
          status: 'False',
          reason: 'Invalid',
          message: `The Backend was not accepted: ${error.message}`,
        };
  return { conditions: [{ ...condition, observedGeneration: object.metadata.generation }] };
}

function kept(resource: Resource, status: unknown): unknown {
  const same = keepIdentity(latest.get(resource), status);
  latest.set(resource, same);
  return same;
}
