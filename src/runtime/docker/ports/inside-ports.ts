import { portsInstead } from '../../ports/moved-port.ts';
import type { WantedSocket } from '../../runtime.ts';

/**
 * The ports on which a tenant's one Envoy listens for its Gateways: as declared, but for Gateways that declare a port
 * which another Gateway of the tenant has already. Who has a port keeps it for as long as it is wanted.
 */
export class InsidePorts {
  /** Tenant → port → who has it: `gateway:declared port`. */
  readonly #tenants = new Map<string, Map<number, string>>();
  readonly #ports = new Map<string, number>();

  /** Makes these the ports that are wanted. */
  put(wanted: readonly WantedSocket[]): void {
    const isWanted = new Set(wanted.map(keyOf));
    for (const [tenant, holders] of this.#tenants) {
      for (const [port, key] of holders) {
        if (isWanted.has(key)) continue;
        holders.delete(port);
        this.#ports.delete(key);
      }
      if (holders.size === 0) this.#tenants.delete(tenant);
    }
    const missing = wanted.filter((socket) => !this.#ports.has(keyOf(socket)));
    // By name: who comes first must not depend on the order of files. Declared ports before others: those can be any.
    const sorted = [...missing].sort((a, b) => (a.gateway < b.gateway ? -1 : a.gateway > b.gateway ? 1 : 0));
    const second = sorted.filter((socket) => !this.#give(socket, socket.port));
    for (const socket of second) {
      for (const port of portsInstead(socket.port)) if (this.#give(socket, port)) break;
    }
  }

  /** The port inside of a declared one; the same where nobody asked for it. */
  port(gateway: string, declared: number): number {
    return this.#ports.get(`${gateway}:${declared}`) ?? declared;
  }

  /** All of a Gateway. */
  of(gateway: string): ReadonlySet<number> {
    const own = [...this.#ports].filter(([key]) => key.slice(0, key.lastIndexOf(':')) === gateway);
    return new Set(own.map(([, port]) => port));
  }

  #give(socket: WantedSocket, port: number): boolean {
    const holders = this.#tenants.get(socket.tenant) ?? new Map<number, string>();
    this.#tenants.set(socket.tenant, holders);
    const key = keyOf(socket);
    const holder = holders.get(port);
    if (holder !== undefined) return holder === key;
    holders.set(port, key);
    this.#ports.set(key, port);
    return true;
  }
}

function keyOf({ gateway, port }: WantedSocket): string {
  return `${gateway}:${port}`;
}
