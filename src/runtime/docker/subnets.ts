import { createHash } from 'node:crypto';
import { networkInterfaces } from 'node:os';

/** A /24 for a network. */
export interface Subnet {
  /** `10.86.7.0/24`. */
  readonly cidr: string;
  readonly gateway: string;
  /** The address with this last byte, 2 to 254. */
  address(last: number): string;
}

/** Private addresses (RFC 1918) that home networks and companies seldom use: 10.86.0.0/16 to 10.95.0.0/16. */
const firstSecondByte = 86;
const secondBytes = 10;

/**
 * Subnets for a network, the one that follows from its name first: the same on every run, unless somebody else has it.
 * Those that an interface of this machine is in are left out.
 */
export function* subnetsFor(name: string): Generator<Subnet> {
  const taken = ownNetworks();
  const hash = createHash('sha256').update(name).digest();
  const count = secondBytes * 256;
  const start = hash.readUInt32BE(0) % count;
  for (let tries = 0; tries < count; tries += 1) {
    const index = (start + tries) % count;
    const prefix = `10.${firstSecondByte + Math.floor(index / 256)}.${index % 256}`;
    if (taken.has(prefix)) continue;
    yield { cidr: `${prefix}.0/24`, gateway: `${prefix}.1`, address: (last) => `${prefix}.${last}` };
  }
}

/** First three bytes of this machine's own addresses. */
function ownNetworks(): ReadonlySet<string> {
  const addresses = Object.values(networkInterfaces()).flatMap((list = []) => list);
  return new Set(addresses.map(({ address }) => address.split('.').slice(0, 3).join('.')));
}

/** Gives the addresses of a subnet to owners by name; the same owner gets the same one while it is free. */
export class SubnetAddresses {
  readonly #subnet: Subnet;
  readonly #byOwner = new Map<string, number>();
  readonly #used = new Set<number>();

  constructor(subnet: Subnet) {
    this.#subnet = subnet;
  }

  /** @throws when the subnet has no address left */
  addressFor(owner: string): string {
    const known = this.#byOwner.get(owner);
    if (known !== undefined) return this.#subnet.address(known);
    const hash = createHash('sha256').update(owner).digest().readUInt32BE(0);
    for (let tries = 0; tries < lastBytes; tries += 1) {
      const last = 2 + ((hash + tries) % lastBytes);
      if (this.#used.has(last)) continue;
      this.#used.add(last);
      this.#byOwner.set(owner, last);
      return this.#subnet.address(last);
    }
    throw new Error(`all ${lastBytes} addresses of ${this.#subnet.cidr} are in use`);
  }

  release(owner: string): void {
    const known = this.#byOwner.get(owner);
    if (known === undefined) return;
    this.#byOwner.delete(owner);
    this.#used.delete(known);
  }
}

/** 2 to 239: what is above is left to containers that people connect themselves. */
const lastBytes = 238;
