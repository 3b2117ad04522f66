import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Cluster } from '../model/cluster.ts';
import type {
  FaultInjection,
  HashPolicy,
  HeaderMutation,
  LocalRateLimit,
  RetryPolicy,
} from '../model/route.ts';
import type { Resource } from '../resources/resource.ts';

/**
 * The seam between route translation (matches, filters, virtual hosts, conditions) and backend translation
 * (references, policies, clusters, endpoints).
 *
 * 1. For each rule and parent listener, `trafficSettings` finds the policy in force.
 * 2. `resolveBackends` judges the rule's references and says which clusters it wants.
 * 3. When all rules of a tenant are known, `buildClusters` names and makes the clusters.
 */
export interface TrafficSettings {
  /** Identity of the BackendTrafficPolicies in force, for cluster names: `team-b/passive-health-check`; '' when none. */
  readonly policyName: string;
  /** The merged `spec` of the policy in force; `undefined` when none. */
  readonly policy: unknown;
  /** Route-level parts of the policy. */
  readonly timeoutMs?: number;
  readonly retry?: RetryPolicy;
  readonly fault?: FaultInjection;
  readonly localRateLimit?: LocalRateLimit;
  readonly hashPolicy?: readonly HashPolicy[];
  /** Name of the {@link TlsSecret} that the Gateway shows to backends over TLS. */
  readonly clientCertificate?: string;
  /** The policy cannot be translated: requests are answered 500 (`resolveBackends` says so), as in Envoy Gateway. */
  readonly error?: string;
}

/** Why a reference does not resolve: a reason of the route's `ResolvedRefs` condition. */
export interface RefProblem {
  readonly reason:
    | 'BackendNotFound'
    | 'InvalidKind'
    | 'RefNotPermitted'
    | 'UnsupportedProtocol'
    | 'UnsupportedValue'
    | 'InvalidBackendRef'
    | 'InvalidAddress'
    | 'PortNotFound'
    | 'PortNotSpecified'
    | 'UnsupportedRefValue';
  readonly message: string;
}

/** A cluster that a rule needs: the set of backends with the policy in force. Equal `key`s are one cluster. */
export interface ClusterDemand {
  /** The cluster's name as far as backends and policy decide it. */
  readonly key: string;
  /** Weights of the set, in canonical order: where two rules weigh one set differently, each has its own cluster. */
  readonly weighting: string;
  /** Everything that making the cluster needs; only backend translation looks inside. */
  readonly plan: unknown;
}

/** A share of a rule's requests: to a cluster, or (`null`) answered 500. */
export interface BackendShare {
  readonly demand: ClusterDemand | null;
  readonly weight: number;
  readonly requestHeaders?: HeaderMutation;
  readonly responseHeaders?: HeaderMutation;
}

export interface MirrorShare {
  readonly demand: ClusterDemand;
  readonly numerator: number;
  readonly denominator: number;
}

/** What became of a rule's backendRefs and RequestMirror references. */
export interface RuleBackends {
  readonly outcome:
    | { readonly type: 'forward'; readonly shares: readonly BackendShare[] }
    /** No usable backend: 500, or 503 where references are right but nothing is behind them. */
    | { readonly type: 'direct'; readonly status: 500 | 503 };
  readonly mirrors: readonly MirrorShare[];
  /** For `ResolvedRefs=False`; the first one's reason is the condition's. */
  readonly problems: readonly RefProblem[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Clusters of one tenant and the name that each demand got. */
export interface BuiltClusters {
  readonly clusters: readonly Cluster[];
  readonly nameOf: (demand: ClusterDemand) => string;
  readonly diagnostics: readonly Diagnostic[];
}

/** Status that backend translation gives to its own kinds (Backend, BackendTrafficPolicy, EnvoyProxy). */
export type BackendStatuses = ReadonlyMap<Resource, unknown>;
