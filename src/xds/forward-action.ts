import type {
  RouteAction_HashPolicyJson,
  RouteAction_RequestMirrorPolicyJson,
  RouteActionJson,
  WeightedCluster_ClusterWeightJson,
} from '../gen/envoy/envoy/config/route/v3/route_components_pb.js';
import type {
  ForwardAction,
  HashPolicy,
  Mirror,
  PathMatch,
  Rewrite,
  WeightedCluster,
} from '../model/route.ts';
import { duration, optionalDuration } from './duration.ts';
import { headerFields } from './header-mutation.ts';
import { invalidBackendCluster } from './names.ts';
import { pathReplacement, wholePath } from './path-rewrite.ts';
import { fraction } from './percent.ts';
import { retryPolicyJson } from './retry-policy.ts';

/** Whether no share of the requests has a cluster to go to. */
export function isRefused({ clusters }: ForwardAction): boolean {
  return clusters.every(({ cluster, weight }) => cluster === null || weight === 0);
}

/** Forwarding to one cluster or several by weight. `match` decides what a prefix rewrite replaces. */
export function forwardActionJson(action: ForwardAction, match: PathMatch): RouteActionJson {
  const { hashPolicy = [], mirrors, retry, rewrite, timeoutMs } = action;
  const mirrored = mirrors.filter(({ numerator }) => numerator > 0);
  return {
    ...destination(action),
    ...(rewrite && rewriteFields(rewrite, match)),
    ...(timeoutMs !== undefined && {
      timeout: duration(timeoutMs),
      idle_timeout: duration(idleTimeout(timeoutMs)),
    }),
    ...(retry && { retry_policy: retryPolicyJson(retry) }),
    ...(mirrored.length > 0 && { request_mirror_policies: mirrored.map(mirrorPolicy) }),
    ...(hashPolicy.length > 0 && { hash_policy: hashPolicy.map(hashPolicyJson) }),
  };
}

const hourMs = 3_600_000;

/** An idle stream must not end before the request's own limit (Envoy Gateway's rule); 0 is no limit. */
function idleTimeout(timeoutMs: number): number {
  return timeoutMs === 0 ? 0 : Math.max(hourMs, timeoutMs);
}

function destination({ clusters, hashPolicy = [] }: ForwardAction): RouteActionJson {
  const shares = clusters.filter(({ weight }) => weight > 0);
  const [first] = shares;
  if (shares.length === 1 && first?.cluster && !first.requestHeaders && !first.responseHeaders) {
    return { cluster: first.cluster };
  }
  return {
    weighted_clusters: {
      clusters: shares.map(share),
      // The same client must meet the same cluster too, not only the same endpoint in it.
      ...(hashPolicy.length > 0 && { use_hash_policy: true }),
    },
    ...(shares.some(({ cluster }) => cluster === null) && {
      cluster_not_found_response_code: 'INTERNAL_SERVER_ERROR' as const,
    }),
  };
}

function share({
  cluster,
  requestHeaders,
  responseHeaders,
  weight,
}: WeightedCluster): WeightedCluster_ClusterWeightJson {
  return { name: cluster ?? invalidBackendCluster, weight, ...headerFields(requestHeaders, responseHeaders) };
}

function rewriteFields({ host, path }: Rewrite, match: PathMatch): RouteActionJson {
  return {
    ...(path && rewritePath(path, match)),
    ...(host !== undefined && { host_rewrite_literal: host, append_x_forwarded_host: true }),
  };
}

function rewritePath(path: NonNullable<Rewrite['path']>, match: PathMatch): RouteActionJson {
  const replacement = pathReplacement(path, match);
  switch (replacement?.type) {
    case 'full':
      return { regex_rewrite: wholePath(replacement.value) };
    case 'prefix':
      return { prefix_rewrite: replacement.value };
    case 'regex':
      return { regex_rewrite: replacement.value };
    default:
      return {};
  }
}

function mirrorPolicy({ cluster, denominator, numerator }: Mirror): RouteAction_RequestMirrorPolicyJson {
  return {
    cluster,
    runtime_fraction: { default_value: fraction(numerator, denominator) },
    // The mirror sees the request as the backend does.
    disable_shadow_host_suffix_append: true,
  };
}

function hashPolicyJson(policy: HashPolicy): RouteAction_HashPolicyJson {
  switch (policy.type) {
    case 'source-ip':
      return { connection_properties: { source_ip: true } };
    case 'header':
      return { header: { header_name: policy.name } };
    case 'query-param':
      return { query_parameter: { name: policy.name } };
    case 'cookie': {
      const ttl = optionalDuration(policy.ttlMs);
      const attributes = Object.entries(policy.attributes).sort(([a], [b]) => (a < b ? -1 : 1));
      return {
        cookie: {
          name: policy.name,
          ...(ttl !== undefined && { ttl }),
          ...(attributes.length > 0 && { attributes: attributes.map(([name, value]) => ({ name, value })) }),
        },
      };
    }
  }
}
