import { safeHash } from '../../resources/safe-hash.ts';

/**
 * `<owner>-<hash>-<suffix>`, as a Deployment's pods are called: the hash stands for the template (or the address) and
 * the suffix for the ordinal, so an unchanged pod keeps its name.
 */
export function podName(
  owner: { namespace: string; name: string },
  identity: string,
  ordinal: number,
): string {
  const hash = safeHash(identity, 10);
  const suffix = safeHash(`${owner.namespace}/${owner.name}/${hash}/${ordinal}`, 5);
  return `${owner.name}-${hash}-${suffix}`;
}
