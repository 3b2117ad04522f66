import { createHash } from 'node:crypto';

/** Kubernetes' alphabet for generated names: no vowels, so that no words appear by chance. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** `length` (at most 32) characters of Kubernetes' safe alphabet, derived from `identity`: the same on every run. */
export function safeHash(identity: string, length: number): string {
  const digest = createHash('sha256').update(identity).digest();
  return Array.from(digest.subarray(0, length), (byte) => alphabet[byte % alphabet.length]).join('');
}
