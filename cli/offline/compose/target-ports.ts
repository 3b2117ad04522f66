import type { Tenant } from '../../../src/model/tenant.ts';
import type { ObservedService } from '../../../src/runtime/runtime.ts';

/** Ports on which each address is asked: by Envoys, and through Services. */
export function targetPorts(
  tenants: readonly Tenant[],
  services: readonly ObservedService[],
): ReadonlyMap<string, ReadonlySet<number>> {
  const found = new Map<string, Set<number>>();
  const add = (address: string, port: number) => {
    const ports = found.get(address) ?? new Set<number>();
    found.set(address, ports.add(port));
  };
  for (const { clusters } of tenants) {
    for (const { address } of clusters.flatMap(({ localities }) =>
      localities.flatMap((one) => one.endpoints),
    ))
      if ('port' in address) add(address.address, address.port);
  }
  for (const { targets } of services.flatMap(({ ports }) => ports))
    for (const { address, port } of targets) add(address, port);
  return found;
}
