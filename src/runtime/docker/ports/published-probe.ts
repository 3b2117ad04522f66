import { connect } from 'node:net';
import type Dockerode from 'dockerode';
import type { SocketAddress } from '../../../model/address.ts';
import { machineProbe, type PortProbe, type SocketHolder } from '../../ports/port-probe.ts';
import { type TrialResult, trialBind } from '../../ports/trial-bind.ts';
import { isSameOwner, type Labels, labelKeys } from '../ownership/labels.ts';

/** How long an answer of the engine about its containers counts as the present, milliseconds. */
const freshMs = 200;

/** How long a listener may take to answer a connection on this machine, milliseconds. */
const connectMs = 500;

export interface PublishedProbeOptions {
  readonly docker: Dockerode;
  /** Of this instance. */
  readonly labels: Labels;
  /** Whether the engine may publish ports that this user must not listen on: it is another user. */
  readonly isPrivileged: boolean;
  /** Ports of a Gateway inside its tenant's network. */
  insidePorts(gateway: string): ReadonlySet<number>;
}

interface PublishedPort {
  readonly address: string;
  readonly port: number;
  readonly inside: number;
  readonly container: string;
  readonly image: string;
  readonly labels: Labels;
}

/** Finds out which sockets an engine of this machine can publish: containers have some, programs others. */
export class PublishedProbe implements PortProbe {
  readonly #options: PublishedProbeOptions;
  #published: Promise<readonly PublishedPort[]> = Promise.resolve([]);
  #askedAt = Number.NEGATIVE_INFINITY;
  #last: readonly PublishedPort[] = [];

  constructor(options: PublishedProbeOptions) {
    this.#options = options;
  }

  async try(socket: SocketAddress, gateway: string): Promise<TrialResult> {
    const published = await this.#list();
    const holder = published.find((port) => overlaps(port, socket));
    // What a former port of the tenant left published leads to the same place.
    if (holder !== undefined) return this.#isOwn(holder, gateway) ? { type: 'free' } : { type: 'taken' };
    const result = await trialBind(socket);
    if (result.type !== 'forbidden' || !this.#options.isPrivileged) return result;
    return (await isTaken(socket)) ? { type: 'taken' } : { type: 'free' };
  }

  holderOf(socket: SocketAddress): SocketHolder {
    const holder = this.#last.find((port) => overlaps(port, socket));
    return holder === undefined ? machineProbe.holderOf(socket) : describe(socket, holder);
  }

  #isOwn({ labels, inside, address }: PublishedPort, gateway: string): boolean {
    const own = this.#options.labels;
    return (
      isSameOwner(labels, own) &&
      labels[labelKeys.tenant] === gateway.slice(0, gateway.indexOf('/')) &&
      !isWildcard(address) &&
      this.#options.insidePorts(gateway).has(inside)
    );
  }

  /** One question for all that is tried at a time. */
  async #list(): Promise<readonly PublishedPort[]> {
    const now = performance.now();
    if (now - this.#askedAt > freshMs) {
      this.#askedAt = now;
      // An engine that does not answer is told of elsewhere.
      this.#published = listPublished(this.#options.docker).catch(() => []);
    }
    this.#last = await this.#published;
    return this.#last;
  }
}

async function listPublished(docker: Dockerode): Promise<readonly PublishedPort[]> {
  const containers = await docker.listContainers();
  return containers.flatMap(({ Names, Id, Image, Labels: labels, Ports }) =>
    Ports.filter(({ PublicPort, Type }) => PublicPort !== undefined && Type === 'tcp').map(
      ({ IP = '0.0.0.0', PublicPort, PrivatePort }) => ({
        ...{ address: IP, port: PublicPort, inside: PrivatePort },
        ...{ container: Names[0]?.slice(1) ?? Id.slice(0, 12), image: Image, labels },
      }),
    ),
  );
}

function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::' || address === '';
}

function overlaps(published: SocketAddress, wanted: SocketAddress): boolean {
  if (published.port !== wanted.port) return false;
  if (published.address === wanted.address) return true;
  // Two entries tell of a port on all addresses: 0.0.0.0 and, where the engine has IPv6, ::.
  return isWildcard(published.address) && published.address.includes(':') === wanted.address.includes(':');
}

function describe(wanted: SocketAddress, { address, container, image }: PublishedPort): SocketHolder {
  const socket = wanted.address.includes(':') ? `[${wanted.address}]` : wanted.address;
  const where = address === wanted.address ? '' : ', published on all addresses';
  return {
    reason: `${socket}:${wanted.port} is held by container ${container} (${image})${where}`,
    canMove: !isWildcard(address),
  };
}

/** Whether somebody takes connections there. */
function isTaken({ address, port }: SocketAddress): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    const settle = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(connectMs, () => settle(true));
    socket.once('connect', () => settle(true)).once('error', () => settle(false));
  });
}
