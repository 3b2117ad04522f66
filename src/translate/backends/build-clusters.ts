import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Cluster } from '../../model/cluster.ts';
import type { TranslateContext } from '../context.ts';
import { keepIdentity } from '../keep-identity.ts';
import type { BuiltClusters, ClusterDemand } from '../rule-backends.ts';
import type { Fidelity } from '../translation.ts';
import { buildCluster } from './build-cluster.ts';
import { clusterHints } from './cluster-hints.ts';
import { nameClusters } from './cluster-names.ts';
import { type ClusterPlan, planOf } from './cluster-plan.ts';

interface Built {
  readonly name: string;
  readonly fidelity: Fidelity;
  readonly cluster: Cluster;
  readonly diagnostics: readonly Diagnostic[];
}

const built = new WeakMap<ClusterPlan, Built>();

/**
 * Makes the clusters of one tenant from all demands of its rules (repetitions allowed, any order), sorted by name.
 * Clusters keep their identity while nothing that they are made of changed.
 */
export function buildClusters(context: TranslateContext, demands: Iterable<ClusterDemand>): BuiltClusters {
  const names = nameClusters(demands);
  const all = names.clusters.map(({ name, demand }) => build(context, name, planOf(demand)));
  return {
    clusters: all.map(({ cluster }) => cluster),
    nameOf: names.nameOf,
    diagnostics: all.flatMap(({ diagnostics }) => diagnostics),
  };
}

function build(context: TranslateContext, name: string, plan: ClusterPlan): Built {
  const { fidelity } = context;
  const known = built.get(plan);
  if (known?.name === name && known.fidelity === fidelity) return known;
  const cluster = keepIdentity(known?.cluster, buildCluster(name, plan, fidelity));
  const made = { name, fidelity, cluster, diagnostics: clusterHints(context, cluster, plan) };
  built.set(plan, made);
  return made;
}
