import { createHash } from 'node:crypto';
import type { ClusterDemand } from '../rule-backends.ts';
import { planOf, type RuleIdentity } from './cluster-plan.ts';

/** Longest cluster name: Envoy repeats it in the name of every statistic. */
const maxLength = 200;

/** A cluster to make: its name and the first demand for it. */
export interface NamedDemand {
  readonly name: string;
  readonly demand: ClusterDemand;
}

/** Names of all demanded clusters of a tenant. */
export interface ClusterNames {
  /** Sorted by name. */
  readonly clusters: readonly NamedDemand[];
  nameOf(demand: ClusterDemand): string;
}

/**
 * Names clusters after what they are: the backends and the policy. Where rules weigh one set differently, the first
 * rule (older, then namespace, name and index) has the bare name and the others add a hash of their weights, so a new
 * rule renames nothing that was there before it.
 */
export function nameClusters(demands: Iterable<ClusterDemand>): ClusterNames {
  const byKey = new Map<string, Map<string, ClusterDemand>>();
  for (const demand of demands) {
    let weightings = byKey.get(demand.key);
    if (weightings === undefined) {
      weightings = new Map();
      byKey.set(demand.key, weightings);
    }
    const first = weightings.get(demand.weighting);
    if (first === undefined || isBefore(demand, first)) weightings.set(demand.weighting, demand);
  }
  const names = new Map<string, string>();
  const clusters: NamedDemand[] = [];
  for (const [key, weightings] of byKey) {
    const bare = [...weightings.values()].reduce((a, b) => (isBefore(b, a) ? b : a));
    for (const [weighting, demand] of weightings) {
      const suffix = demand === bare ? '' : `#w${hash(weighting)}`;
      const name = shorten(key, suffix);
      names.set(identity(demand), name);
      clusters.push({ name, demand });
    }
  }
  clusters.sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    clusters,
    nameOf(demand) {
      const name = names.get(identity(demand));
      if (name === undefined) throw new Error(`no cluster was demanded for ${demand.key}`);
      return name;
    },
  };
}

function identity({ key, weighting }: ClusterDemand): string {
  return `${key}\u0000${weighting}`;
}

function shorten(key: string, suffix: string): string {
  const room = maxLength - suffix.length;
  if (key.length <= room) return key + suffix;
  const tail = `~${hash(key)}${suffix}`;
  return key.slice(0, maxLength - tail.length) + tail;
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

function isBefore(a: ClusterDemand, b: ClusterDemand): boolean {
  const order = compare(planOf(a).rule, planOf(b).rule);
  return order === 0 ? a.weighting < b.weighting : order < 0;
}

function compare(a: RuleIdentity, b: RuleIdentity): number {
  if (a.creationTimestamp !== b.creationTimestamp) return a.creationTimestamp < b.creationTimestamp ? -1 : 1;
  if (a.namespace !== b.namespace) return a.namespace < b.namespace ? -1 : 1;
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return a.ruleIndex - b.ruleIndex;
}
