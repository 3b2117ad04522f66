import { detailsOf, failure, resourceTitle } from '../kube-status.ts';
import type { ApiCall, Reply } from '../route.ts';
import type { WriteTarget } from './write-target.ts';

/** Kinds whose objects only follow from others here: one that somebody makes would be shown, and do nothing. */
const reasons: ReadonlyMap<string, string> = new Map([
  [
    'Pod',
    'pods alone run in containers only (calb-sim up --runtime docker): create a Deployment (kubectl create deployment NAME --image=IMAGE)',
  ],
  ['ReplicaSet', 'calb-sim makes the ReplicaSets of Deployments: create a Deployment'],
  ['Node', 'everything runs on the one node that there is'],
]);

/** `403` for an object of a kind that nobody can make; `undefined` for all others. */
export function notCreatable({ state }: ApiCall, { kind }: WriteTarget, name: string): Reply | undefined {
  const why = reasons.get(kind.kind);
  if (why === undefined || (kind.kind === 'Pod' && state.programs !== undefined)) return undefined;
  return failure('Forbidden', `${resourceTitle(kind)} "${name}" is forbidden: ${why}`, detailsOf(kind, name));
}
