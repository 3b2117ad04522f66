import { isDeepStrictEqual } from 'node:util';
import type { SocketAddress } from '../../model/address.ts';
import type { Binding, WantedSocket } from '../runtime.ts';
import type { AddressBook } from './addresses.ts';
import { portsInstead } from './moved-port.ts';
import { machineProbe, type PortProbe, type SocketHolder } from './port-probe.ts';
import { SocketClaims } from './socket-claims.ts';

/** How many addresses are tried before a port counts as taken. */
const maxAddresses = 8;

/** How long after a Gateway gave `localhost` back another may wait for it. */
const aliasPatienceMs = 15_000;

/** @param isSingleAddress only 127.0.0.1 can be bound: all share it, and ports move out of each other's way. */
export interface PortsOptions {
  readonly addresses: AddressBook;
  readonly isSingleAddress: boolean;
  /** By default for sockets of this machine. */
  readonly probe?: PortProbe;
}

interface Placed {
  readonly address: string;
  /** What the Gateway asked for when it was placed. */
  readonly requested: string | undefined;
  readonly ports: Map<number, Binding>;
}

/**
 * Finds an address and real ports for the Gateways of an instance, by binding each for a moment. Sockets that were
 * given out are never tried again: an Envoy listens on them.
 */
export class Ports {
  readonly #addresses: AddressBook;
  readonly #isSingleAddress: boolean;
  readonly #probe: PortProbe;
  readonly #placed = new Map<string, Placed>();
  readonly #claims = new SocketClaims();
  #turn: Promise<unknown> = Promise.resolve();
  #wanted: readonly WantedSocket[] = [];
  #bindings: readonly Binding[] = [];
  /** Until then an Envoy may still be about to leave the `localhost` that its Gateway gave back. */
  #aliasesReturnUntilMs = 0;

  constructor({ addresses, isSingleAddress, probe = machineProbe }: PortsOptions) {
    this.#addresses = addresses;
    this.#isSingleAddress = isSingleAddress;
    this.#probe = probe;
  }

  /** See {@link Runtime.reserve}. Calls take turns. The answer has one binding per distinct Gateway and port. */
  reserve(wanted: readonly WantedSocket[]): Promise<readonly Binding[]> {
    return this.#inTurn(() => this.#reserve(wanted));
  }

  /**
   * Tries again what could not be had: ports that were taken, and `localhost` shortly after another Gateway gave it back.
   * Answers all bindings when that changed any.
   */
  retry(): Promise<readonly Binding[] | undefined> {
    return this.#inTurn(async () => {
      const isWaiting = performance.now() < this.#aliasesReturnUntilMs;
      const hasHope = ({ conflict, localhost }: Binding) =>
        conflict !== undefined || (isWaiting && !localhost);
      if (!this.#bindings.some(hasHope)) return undefined;
      const before = this.#bindings;
      const after = await this.#reserve(this.#wanted);
      return after.every((binding, index) => binding === before[index]) ? undefined : after;
    });
  }

  /** See {@link Runtime.rebind}. */
  rebind(lost: SocketAddress): Promise<readonly Binding[]> {
    return this.#inTurn(() => {
      for (const { ports } of this.#placed.values()) {
        for (const [port, binding] of ports) this.#lose(ports, port, { binding, lost });
      }
      return this.#reserve(this.#wanted);
    });
  }

  /** Gives up a socket of a binding: the whole port where it is the Gateway's own, else its aliases. */
  #lose(ports: Map<number, Binding>, port: number, { binding, lost }: Loss): void {
    const [own, ...aliases] = binding.bind;
    if (own === undefined || !binding.bind.some((socket) => isDeepStrictEqual(socket, lost))) return;
    for (const socket of aliases) this.#claims.release(socket);
    if (isDeepStrictEqual(own, lost)) {
      this.#claims.release(own);
      ports.delete(port);
    } else ports.set(port, { ...binding, bind: [own], localhost: false });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #reserve(wanted: readonly WantedSocket[]): Promise<readonly Binding[]> {
    const byGateway = groupByGateway(wanted);
    this.#giveBack(byGateway);
    for (const [gateway, sockets] of byGateway) await this.#placeGateway(gateway, sockets);
    await this.#giveAliases([...byGateway.keys()]);
    const bindings = [...byGateway.keys()].flatMap((gateway) =>
      [...(this.#placed.get(gateway)?.ports.values() ?? [])].sort((a, b) => a.port - b.port),
    );
    // A port that is still taken was tried anew, but nothing changed.
    const before = new Map(this.#bindings.map((binding) => [`${binding.gateway}:${binding.port}`, binding]));
    this.#wanted = wanted;
    this.#bindings = bindings.map((binding) => {
      const known = before.get(`${binding.gateway}:${binding.port}`);
      return isDeepStrictEqual(known, binding) && known !== undefined ? known : binding;
    });
    return this.#bindings;
  }

  #giveBack(byGateway: ReadonlyMap<string, readonly WantedSocket[]>): void {
    for (const [gateway, placed] of this.#placed) {
      const sockets = byGateway.get(gateway) ?? [];
      const isMoved = requestedAddress(sockets) !== placed.requested;
      for (const [port, binding] of placed.ports) {
        const isKept = sockets.some((socket) => socket.port === port) && !isMoved;
        // A port that could not be had is tried again: its holder may have gone.
        if (isKept && binding.conflict === undefined) continue;
        placed.ports.delete(port);
        if (binding.localhost) this.#aliasesReturnUntilMs = performance.now() + aliasPatienceMs;
        for (const socket of binding.bind) this.#claims.release(socket);
      }
      if (placed.ports.size > 0) continue;
      this.#placed.delete(gateway);
      this.#addresses.release(`gateway/${gateway as `${string}/${string}`}`);
    }
  }

  async #placeGateway(gateway: string, sockets: readonly WantedSocket[]): Promise<void> {
    const placed = this.#placed.get(gateway);
    const missing = [...new Set(sockets.map(({ port }) => port))].filter((port) => !placed?.ports.has(port));
    if (missing.length === 0) return;
    const requested = requestedAddress(sockets);
    // An address that serves already stays: a port that is taken there is a conflict of that port alone.
    const serving = placed !== undefined && placed.ports.size > 0 ? placed.address : undefined;
    const fixed = serving ?? requested ?? (this.#isSingleAddress ? '127.0.0.1' : undefined);
    const found =
      fixed === undefined
        ? await this.#tryAddresses(gateway, missing)
        : await this.#tryAddress(gateway, fixed, missing);
    const ports = placed?.ports ?? new Map<number, Binding>();
    const target = { address: found.address, requested, ports };
    for (const binding of found.bindings) target.ports.set(binding.port, binding);
    this.#placed.set(gateway, target);
  }

  /** The first address where no other program has any of the ports. */
  async #tryAddresses(gateway: string, ports: readonly number[]): Promise<Attempt> {
    const owner = `gateway/${gateway as `${string}/${string}`}` as const;
    let best: Attempt | undefined;
    for (let tries = 0; tries < maxAddresses; tries += 1) {
      const address = tries === 0 ? this.#addresses.addressOf(owner) : this.#addresses.move(owner);
      const attempt = await this.#tryAddress(gateway, address, ports);
      if (best !== undefined) this.#forget(best);
      best = attempt;
      // Who listens on all addresses has the port on the next one as well.
      if (!attempt.canMove) break;
    }
    return best ?? { address: this.#addresses.addressOf(owner), bindings: [], canMove: false };
  }

  #forget(attempt: Attempt): void {
    for (const { bind } of attempt.bindings) for (const socket of bind) this.#claims.release(socket);
  }

  async #tryAddress(gateway: string, address: string, ports: readonly number[]): Promise<Attempt> {
    const results = await Promise.all(ports.map((port) => this.#tryPort(gateway, { address, port })));
    return {
      address,
      bindings: results.map(({ binding }) => binding),
      canMove: results.some(({ canMove }) => canMove === true),
    };
  }

  async #tryPort(gateway: string, wanted: SocketAddress): Promise<PortResult> {
    const outcome = await this.#claim(gateway, wanted);
    const at = (real: SocketAddress): PortResult => ({
      binding: { gateway, port: wanted.port, bind: [real], reach: real, localhost: false },
      canMove: undefined,
    });
    if (outcome.type === 'free') return at(wanted);
    if (outcome.type === 'forbidden' || (this.#isSingleAddress && outcome.type === 'taken')) {
      const moved = await this.#movePort(gateway, wanted);
      if (moved !== undefined) return at(moved);
    }
    const { reason, canMove } = outcome.type === 'taken' ? this.#takenBy(wanted) : unusable(wanted, outcome);
    return {
      binding: { gateway, port: wanted.port, bind: [], reach: wanted, localhost: false, conflict: reason },
      canMove,
    };
  }

  #takenBy(wanted: SocketAddress): SocketHolder {
    const other = this.#claims.holder(wanted);
    if (other !== undefined) return { reason: `Gateway ${other} has it already`, canMove: true };
    return this.#probe.holderOf(wanted);
  }

  async #claim(gateway: string, socket: SocketAddress) {
    if (!this.#claims.claim(socket, gateway)) return { type: 'taken' } as const;
    const result = await this.#probe.try(socket, gateway);
    if (result.type !== 'free') this.#claims.release(socket);
    return result;
  }

  async #movePort(gateway: string, { address, port }: SocketAddress): Promise<SocketAddress | undefined> {
    for (const moved of portsInstead(port)) {
      const result = await this.#claim(gateway, { address, port: moved });
      if (result.type === 'free') return { address, port: moved };
    }
    return undefined;
  }

  /**
   * Lets `localhost` reach each real port through one Gateway: the one that has it already, else the first by name.
   * Only where 127.0.0.1 is free, and ::1 as well where the machine has it: a browser takes either.
   */
  async #giveAliases(gateways: readonly string[]): Promise<void> {
    for (const gateway of gateways) {
      const ports = this.#placed.get(gateway)?.ports ?? new Map<number, Binding>();
      for (const [port, binding] of ports) {
        if (binding.conflict !== undefined || binding.localhost) continue;
        const alias = await this.#claimLocalhost(gateway, binding);
        if (alias === undefined) continue;
        ports.set(port, { ...binding, bind: [...binding.bind, ...alias], localhost: true });
      }
    }
  }

  async #claimLocalhost(gateway: string, { reach }: Binding): Promise<readonly SocketAddress[] | undefined> {
    const ipv4 = { address: '127.0.0.1', port: reach.port };
    const ipv6 = { address: '::1', port: reach.port };
    const hasIpv4 = reach.address === ipv4.address;
    if (!hasIpv4 && (await this.#claim(gateway, ipv4)).type !== 'free') return undefined;
    const second = await this.#claim(gateway, ipv6);
    if (second.type === 'free') return hasIpv4 ? [ipv6] : [ipv4, ipv6];
    if (hasIpv4) return [];
    if (second.type === 'absent') return [ipv4];
    this.#claims.release(ipv4);
    return undefined;
  }
}

interface Loss {
  readonly binding: Binding;
  /** Somebody else has it. */
  readonly lost: SocketAddress;
}

interface Attempt {
  readonly address: string;
  readonly bindings: readonly Binding[];
  /** Whether a port that is taken may be free on another address. */
  readonly canMove: boolean;
}

interface PortResult {
  readonly binding: Binding;
  /** Set when the port is taken: whether it may be free on another address. */
  readonly canMove: boolean | undefined;
}

function unusable(wanted: SocketAddress, outcome: { readonly type: string; readonly reason?: string }) {
  const reasons: Readonly<Record<string, string>> = {
    absent: `this machine has no address ${wanted.address}`,
    forbidden: `port ${wanted.port} needs a privilege that this user lacks, and no port could be had instead`,
  };
  return { reason: reasons[outcome.type] ?? outcome.reason ?? 'it cannot be bound', canMove: false };
}

function requestedAddress(sockets: readonly WantedSocket[]): string | undefined {
  return sockets.find((socket) => socket.requestedAddress !== undefined)?.requestedAddress;
}

/** Sorted by Gateway, so that who comes first does not depend on the order of files. */
function groupByGateway(wanted: readonly WantedSocket[]): ReadonlyMap<string, readonly WantedSocket[]> {
  const groups = new Map<string, WantedSocket[]>();
  const sorted = [...wanted].sort((a, b) => (a.gateway < b.gateway ? -1 : a.gateway > b.gateway ? 1 : 0));
  for (const socket of sorted) {
    const group = groups.get(socket.gateway);
    if (group === undefined) groups.set(socket.gateway, [socket]);
    else group.push(socket);
  }
  return groups;
}
