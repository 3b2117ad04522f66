import type Dockerode from 'dockerode';
import { engineMessage, engineStatus } from './engine/engine-errors.ts';
import { suffix } from './object-names.ts';
import { isSameOwner, type Labels, labelKeys, ownerState } from './ownership/labels.ts';
import { removeNetwork } from './ownership/remove-remains.ts';
import { type Subnet, subnetsFor } from './subnets.ts';

export interface NetworkRequest {
  readonly docker: Dockerode;
  /** Of this instance. */
  readonly labels: Labels;
  readonly namespace: string;
  /** The name that it gets, unless a network of another owner has it. */
  readonly name: string;
}

/** The network of a namespace. */
export interface CellNetwork {
  readonly id: string;
  readonly name: string;
  readonly subnet: Subnet;
}

/**
 * Makes the network of a namespace: in the first subnet that is free, with a name that no other network has. An instance
 * of the same name, of another user or home folder, may be at it in the same moment.
 *
 * @throws the engine's error
 */
export async function makeNetwork(request: NetworkRequest): Promise<CellNetwork> {
  const { docker, name: wanted } = request;
  await removeRemains(request);
  let name = wanted;
  let problem: unknown;
  for (const subnet of subnetsFor(wanted)) {
    try {
      const id = await create(request, name, subnet);
      if (await isOnlyOne(docker, name)) return { id, name, subnet };
      await removeNetwork(docker, id);
      name = `${wanted}-${suffix()}`;
    } catch (error) {
      problem = error;
      const message = engineMessage(error);
      if (/name .* already exists/i.test(message)) name = `${wanted}-${suffix()}`;
      // Somebody else's network, or a route of the machine, is there.
      else if (!/overlaps|address.*in use|already.*subnet/i.test(message)) throw error;
    }
  }
  throw problem;
}

async function create({ docker, labels, namespace }: NetworkRequest, name: string, subnet: Subnet) {
  const { id } = await docker.createNetwork({
    Name: name,
    CheckDuplicate: true,
    IPAM: { Driver: 'default', Config: [{ Subnet: subnet.cidr, Gateway: subnet.gateway }] },
    Labels: { ...labels, [labelKeys.tenant]: namespace, [labelKeys.role]: 'network' },
  });
  return id;
}

/** An engine that is asked for two of a name at once makes both, and starts no container in either. */
async function isOnlyOne(docker: Dockerode, name: string): Promise<boolean> {
  return (await networksNamed(docker, name)).length === 1;
}

/** Networks of that name that this instance, or a dead one, left: a name may have several networks. */
async function removeRemains({ docker, labels, name }: NetworkRequest): Promise<void> {
  for (const { Id, Labels: known = {} } of await networksNamed(docker, name)) {
    if (known[labelKeys.instance] !== labels[labelKeys.instance]) continue;
    if (!isSameOwner(known, labels) && ownerState(known) !== 'dead') continue;
    await removeNetwork(docker, Id).catch((error: unknown) => {
      if (engineStatus(error) !== 404) throw error;
    });
  }
}

/** The engine's filter takes any name that holds this one. */
async function networksNamed(docker: Dockerode, name: string) {
  const networks = await docker.listNetworks({ filters: { name: [name] } });
  return networks.filter(({ Name }) => Name === name);
}
