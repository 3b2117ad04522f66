import type { BackendTrafficPolicySpec } from '../../gen/kinds/backend-traffic-policy.ts';
import type { Cluster, Endpoint, Locality, UpstreamTls } from '../../model/cluster.ts';
import { isGrpc } from '../grpc-route.ts';
import {
  circuitBreaker,
  connectTimeoutMs,
  tcpKeepalive,
  upstreamHttpLimits,
} from '../policies/connection-settings.ts';
import { activeHealthCheck, outlierDetection, usesEndpointHostname } from '../policies/health-check.ts';
import { loadBalancer } from '../policies/load-balancer.ts';
import type { Fidelity } from '../translation.ts';
import type { ClusterPlan, PlannedTarget } from './cluster-plan.ts';

/** Envoy's own panic threshold, which needs no saying. */
const envoyPanicThreshold = 50;

/** A cluster from its plan, with Envoy Gateway's defaults. */
export function buildCluster(name: string, plan: ClusterPlan, fidelity: Fidelity): Cluster {
  const spec = policyOf(plan);
  const { active, passive, panicThreshold } = spec.healthCheck ?? {};
  const check = activeHealthCheck(active, plan.routeHostname, fidelity);
  const detection = outlierDetection(passive);
  const keepalive = tcpKeepalive(spec);
  const version = spec.proxyProtocol?.version;
  return {
    name,
    source: plan.source,
    connectTimeoutMs: connectTimeoutMs(spec),
    protocol: isGrpc(plan.route) ? 'http2' : protocolOf(plan.targets),
    loadBalancer: loadBalancer(spec.loadBalancer),
    ...(check === undefined ? {} : { activeHealthCheck: check }),
    ...(detection === undefined ? {} : { outlierDetection: detection }),
    ...(panicThreshold === undefined || panicThreshold === envoyPanicThreshold
      ? {}
      : { panicThresholdPercent: panicThreshold }),
    circuitBreaker: circuitBreaker(spec),
    ...(version === undefined ? {} : { proxyProtocol: version === 'V1' ? 'v1' : 'v2' }),
    ...tlsOf(plan),
    ...(keepalive === undefined ? {} : { tcpKeepalive: keepalive }),
    httpLimits: upstreamHttpLimits(spec),
    ...(fidelity === 'local' ? { updateMergeWindowMs: 0 } : {}),
    localities: localities(plan.targets, usesEndpointHostname(active)),
  };
}

/** The `spec` of the policy in force; empty when there is none. */
export function policyOf({ settings }: ClusterPlan): BackendTrafficPolicySpec {
  return (settings.policy as BackendTrafficPolicySpec | undefined) ?? {};
}

/** HTTP/2 for all as soon as one wants it, unless one needs HTTP/1.1 (Envoy Gateway then makes separate clusters). */
function protocolOf(targets: readonly PlannedTarget[]): Cluster['protocol'] {
  if (targets.some(({ target }) => target.forcesHttp1)) return 'http1';
  return targets.some(({ target }) => target.protocol === 'http2') ? 'http2' : 'http1';
}

/** Backends of one cluster have the same. */
function tlsOf({ settings, targets }: ClusterPlan): { readonly tls?: UpstreamTls } {
  const tls = targets[0]?.target.tls;
  if (tls?.type !== 'tls') return {};
  const { clientCertificate } = settings;
  return { tls: { ...tls.tls, ...(clientCertificate !== undefined && { clientCertificate }) } };
}

function localities(targets: readonly PlannedTarget[], keepsHostname: boolean): readonly Locality[] {
  const used = targets.filter(({ weight }) => weight > 0);
  // Without a primary there is nothing to fall back from: Envoy wants priorities to begin with 0.
  const hasPrimary = used.some(({ target }) => !target.isFallback);
  return used.map(({ target, weight }) => ({
    name: target.id,
    priority: target.isFallback && hasPrimary ? 1 : 0,
    weight,
    endpoints: keepsHostname ? target.endpoints : target.endpoints.map(withoutHostname),
  }));
}

function withoutHostname({ hostname: _, ...endpoint }: Endpoint): Endpoint {
  return endpoint;
}
