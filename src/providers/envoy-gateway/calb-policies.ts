import type { BackendTrafficPolicy } from '../../gen/kinds/backend-traffic-policy.ts';
import type { Resource } from '../../resources/resource.ts';
import { generated, keepResource } from './generated.ts';

type Policy = Resource<BackendTrafficPolicy>;
type Target = NonNullable<BackendTrafficPolicy['spec']['targetRefs']>[number];

/** Names that a target has in the data plane; `undefined` for a target that is not CALB's. */
export type TargetNames = (
  kind: string,
  namespace: string | undefined,
  name: string,
) => readonly string[] | undefined;

const latest = new WeakMap<Policy, Policy>();

/**
 * A policy that names CALB objects, naming what was made of them instead. A policy that names none is given back as it
 * is; equal results are identical.
 */
export function dataPlanePolicy(policy: Policy, namesOf: TargetNames): Policy {
  const { metadata, spec } = policy.object;
  const { targetRef, targetRefs = [], ...rest } = spec;
  const named = targetRef === undefined ? targetRefs : [targetRef, ...targetRefs];
  const targets = named.map((target) => ({
    target,
    names: namesOf(target.kind, metadata.namespace, target.name),
  }));
  if (targets.every(({ names }) => names === undefined)) return policy;
  // Further targets go to the end, so that the others keep their place and thereby their positions.
  const renamed: Target[] = [
    ...targets.map(({ target, names }) => ({ ...target, name: names?.[0] ?? target.name })),
    ...targets.flatMap(({ target, names = [] }) => names.slice(1).map((name) => ({ ...target, name }))),
  ];
  const [first, ...others] = renamed;
  const isSingle = targetRef !== undefined && first !== undefined;
  const next = generated<BackendTrafficPolicy>(
    {
      ...policy.object,
      spec: {
        ...rest,
        ...(isSingle && others.length === 0 ? { targetRef: first } : { targetRefs: renamed }),
      },
    },
    policy,
  );
  const kept = keepResource(latest.get(policy), next);
  latest.set(policy, kept);
  return kept;
}
