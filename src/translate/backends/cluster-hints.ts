import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import type { BackendTrafficPolicy } from '../../gen/kinds/backend-traffic-policy.ts';
import type { Cluster } from '../../model/cluster.ts';
import { positionOf } from '../../resources/position.ts';
import { type Path, type Resource, resourceName } from '../../resources/resource.ts';
import type { TranslateContext } from '../context.ts';
import type { ClusterPlan } from './cluster-plan.ts';

/** Envoy's overprovisioning factor: a priority keeps all requests while this times its health is at least 100 %. */
const overprovisioning = 1.4;

/** Known traps of a cluster's health checks and priorities, each with its arithmetic. */
export function clusterHints(
  context: TranslateContext,
  cluster: Cluster,
  plan: ClusterPlan,
): readonly Diagnostic[] {
  const endpoints = cluster.localities.flatMap((locality) => locality.endpoints).length;
  const primaries = cluster.localities
    .filter(({ priority }) => priority === 0)
    .flatMap((locality) => locality.endpoints).length;
  const hasHealth = cluster.activeHealthCheck !== undefined || cluster.outlierDetection !== undefined;
  const hasFallback = cluster.localities.some(({ priority }) => priority > 0);
  const found: (Diagnostic | undefined)[] = [
    ejectionHint(context, cluster, plan, endpoints),
    hasHealth && !hasFallback ? panicHint(context, cluster, plan, endpoints) : undefined,
    hasHealth && hasFallback ? spillHint(context, plan, primaries) : undefined,
  ];
  return found.filter((hint) => hint !== undefined);
}

function ejectionHint(
  context: TranslateContext,
  { outlierDetection }: Cluster,
  plan: ClusterPlan,
  endpoints: number,
): Diagnostic | undefined {
  if (outlierDetection === undefined || outlierDetection.alwaysEjectOneHost || endpoints === 0)
    return undefined;
  const percent = outlierDetection.maxEjectionPercent;
  if ((endpoints * percent) / 100 >= 1) return undefined;
  const share = Math.round(endpoints * percent) / 100;
  return atPolicy(context, plan, ['spec', 'healthCheck', 'passive', 'maxEjectionPercent'], {
    code: 'CALB0421',
    message: `maxEjectionPercent: ${percent} % of ${count(endpoints)} is ${share}, less than one: nobody is ejected (${namesOf(plan)})`,
    hint: `set \`maxEjectionPercent\` to at least ${Math.ceil(100 / endpoints)}, or \`alwaysEjectOneEndpoint: true\``,
  });
}

function panicHint(
  context: TranslateContext,
  { panicThresholdPercent = 50 }: Cluster,
  plan: ClusterPlan,
  endpoints: number,
): Diagnostic | undefined {
  if (panicThresholdPercent === 0 || endpoints === 0) return undefined;
  // Panic begins below the threshold: the largest number of healthy endpoints with healthy / all < threshold.
  const most = Math.ceil((endpoints * panicThresholdPercent) / 100) - 1;
  const when = most === 0 ? 'none is healthy' : `${most} or fewer are healthy`;
  return atPolicy(context, plan, ['spec', 'healthCheck', 'panicThreshold'], {
    code: 'CALB0422',
    message: `panic threshold ${panicThresholdPercent} % of ${count(endpoints)}: when ${when}, requests go to all of them, unhealthy ones included (${namesOf(plan)})`,
  });
}

function spillHint(context: TranslateContext, plan: ClusterPlan, primaries: number): Diagnostic | undefined {
  // With one primary there is no "part": it is all or nothing.
  if (primaries < 2) return undefined;
  const enough = Math.ceil(primaries / overprovisioning);
  const rest = Math.min(100, Math.round(((enough - 1) / primaries) * overprovisioning * 100));
  return atPolicy(context, plan, ['spec', 'healthCheck'], {
    code: 'CALB0423',
    message: `overprovisioning ${overprovisioning}: the primary keeps all requests while ${enough} of its ${count(primaries)} are healthy; with ${enough - 1} it keeps ${rest} % and the fallback gets ${100 - rest} % (${namesOf(plan)})`,
  });
}

interface Hint {
  readonly code: Parameters<typeof diagnostic>[0];
  readonly message: string;
  readonly hint?: string;
}

function atPolicy(
  context: TranslateContext,
  plan: ClusterPlan,
  path: Path,
  { code, ...details }: Hint,
): Diagnostic | undefined {
  const [namespace, name] = (plan.settings.policyName.split('+')[0] ?? '').split('/');
  const policy = context.resources.get<BackendTrafficPolicy>('BackendTrafficPolicy', namespace, name ?? '');
  return policy === undefined ? undefined : diagnosticAt(policy, path, code, details);
}

function diagnosticAt(
  resource: Resource,
  path: Path,
  code: Hint['code'],
  details: Omit<Hint, 'code'>,
): Diagnostic {
  return diagnostic(code, {
    ...details,
    position: positionOf(resource, path, 'key'),
    resource: resourceName(resource),
  });
}

function count(endpoints: number): string {
  return endpoints === 1 ? '1 endpoint' : `${endpoints} endpoints`;
}

function namesOf(plan: ClusterPlan): string {
  return plan.targets.map(({ target }) => target.id).join(', ');
}
