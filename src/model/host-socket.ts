import { createHash } from 'node:crypto';
import type { Address } from './address.ts';

/**
 * File name of the unix socket that leads to a server of this machine: `127.0.0.1_8080.sock`, `localhost_80.sock`. The
 * path of a unix socket can be longer than another path may be, so a hash stands for it.
 */
export function hostSocketName(target: Address): string {
  if (!('path' in target)) return `${target.address}_${target.port}.sock`;
  return `unix_${createHash('sha256').update(target.path).digest('hex').slice(0, 16)}.sock`;
}
