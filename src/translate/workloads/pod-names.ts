import { createHash } from 'node:crypto';

/** Kubernetes' alphabet for generated names: no vowels, so that no words appear by chance. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** `length` characters of Kubernetes' safe alphabet, derived from `identity`: the same on every run. */
export function safeHash(identity: string, length: number): string {
  const digest = createHash('sha256').update(identity).digest();
  return Array.from(digest.subarray(0, length), (byte) => alphabet[byte % alphabet.length]).join('');
}

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
