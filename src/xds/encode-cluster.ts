import type { Cluster } from '../model/cluster.ts';
import { clusterJson } from './cluster.ts';
import { contentVersion } from './encode.ts';
import { endpointsJson } from './endpoint.ts';
import type { XdsProblem } from './problem.ts';
import type { ResourceType, SnapshotResource } from './snapshot.ts';
import { messageNames } from './type-url.ts';
import { constraintViolations } from './wire/constraints.ts';
import { encodeMessage, type JsonMessage } from './wire/encoder.ts';

/** A cluster and its endpoints, encoded. Without `cluster`: Envoy would refuse it. */
export interface EncodedCluster {
  readonly cluster?: SnapshotResource;
  readonly endpoints: SnapshotResource;
  readonly problems: readonly XdsProblem[];
}

const encoded = new WeakMap<Cluster, { readonly eventLogPath: string; readonly result: EncodedCluster }>();

/** Encodes a cluster once; the same object with the same path gives the same result. */
export function encodeCluster(cluster: Cluster, eventLogPath: string): EncodedCluster {
  const known = encoded.get(cluster);
  if (known?.eventLogPath === eventLogPath) return known.result;
  const result = encode(cluster, eventLogPath);
  encoded.set(cluster, { eventLogPath, result });
  return result;
}

function encode(cluster: Cluster, eventLogPath: string): EncodedCluster {
  const { name } = cluster;
  const json = clusterJson(cluster, eventLogPath) as JsonMessage;
  const problems = check(cluster, 'cluster', json, 'its routes answer 503');
  const bytes = encodeMessage(messageNames.cluster, json);
  const version = contentVersion(bytes);
  const endpoints = encodeEndpoints(cluster, version);
  return {
    ...(problems.length === 0 && { cluster: { name, version, bytes } }),
    endpoints: endpoints.resource,
    problems: [...problems, ...endpoints.problems],
  };
}

/**
 * The cluster's version is part of the endpoints' version: a cluster that changes waits for its endpoints to be sent
 * again, though they are the same.
 */
function encodeEndpoints(cluster: Cluster, clusterVersion: string) {
  const json = endpointsJson(cluster) as JsonMessage;
  const problems = check(cluster, 'endpoint', json, 'the cluster has no endpoints: its routes answer 503');
  const bytes = encodeMessage(
    messageNames.endpoint,
    problems.length === 0 ? json : { cluster_name: cluster.name },
  );
  const resource = { name: cluster.name, version: contentVersion(clusterVersion, bytes), bytes };
  return { resource, problems };
}

function check(
  cluster: Cluster,
  resourceType: ResourceType,
  json: JsonMessage,
  effect: string,
): XdsProblem[] {
  return constraintViolations(messageNames[resourceType], json).map(({ path, message }) => ({
    resourceType,
    resource: cluster.name,
    source: cluster.source,
    path,
    message,
    effect,
  }));
}
