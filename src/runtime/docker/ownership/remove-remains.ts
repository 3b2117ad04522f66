import type Dockerode from 'dockerode';
import { ignoreGone } from '../engine/engine-errors.ts';
import { type Labels, labelKeys, ownerState } from './labels.ts';

/** What dead owners left in an engine. */
export interface Remains {
  readonly containers: readonly { readonly id: string; readonly name: string; readonly labels: Labels }[];
  readonly networks: readonly { readonly id: string; readonly name: string; readonly labels: Labels }[];
}

/** What was removed. */
export interface RemovedDockerRemains {
  readonly instances: readonly string[];
  readonly containers: number;
  readonly networks: number;
  /** A person's own containers that were in a network of ours. */
  readonly disconnected: readonly string[];
  /** What could not be removed, and why. */
  readonly failed: readonly string[];
}

export interface RemainsOptions {
  readonly docker: Dockerode;
  /** Also what owners left that this process cannot look for: on other machines, in other process namespaces. */
  readonly all?: boolean;
  /** Only of this instance. */
  readonly instance?: string;
  /** What a live owner of that instance has is removed too: the caller is its owner. */
  readonly ofLiving?: boolean;
}

/** Finds what dead owners left. What a live one has is never part of it. */
export async function findDockerRemains(options: RemainsOptions): Promise<Remains> {
  const { docker, all = false, instance, ofLiving = false } = options;
  const label = instance === undefined ? labelKeys.instance : `${labelKeys.instance}=${instance}`;
  const filters = { label: [label] };
  const [containers, networks] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
  ]);
  const isLeft = (labels: Labels) => {
    const state = ownerState(labels);
    if (state === 'alive') return ofLiving && labels[labelKeys.ownerPid] === String(process.pid);
    return state === 'dead' || all;
  };
  return {
    containers: containers
      .map(({ Id, Names, Labels: labels }) => ({ id: Id, name: Names[0]?.slice(1) ?? Id, labels }))
      .filter(({ labels }) => isLeft(labels)),
    networks: networks
      .map(({ Id, Name, Labels: labels = {} }) => ({ id: Id, name: Name, labels }))
      .filter(({ labels }) => isLeft(labels)),
  };
}

/** How often is looked for what an engine did not remove at once, and the pause between, milliseconds. */
const rounds = 10;
const roundMs = 200;

/**
 * Removes what dead owners left: containers first, whatever state they are in, then the networks that they were in. Looks
 * again: an engine that was just started may be at it as well, and give up.
 */
export async function removeDockerRemains(options: RemainsOptions): Promise<RemovedDockerRemains> {
  const seen = { instances: new Set<string>(), containers: new Set<string>(), networks: new Set<string>() };
  const disconnected: string[] = [];
  let failed: readonly string[] = [];
  let left = await findDockerRemains(options);
  for (let round = 0; round < rounds && left.containers.length + left.networks.length > 0; round += 1) {
    if (round > 0) await new Promise((resolve) => setTimeout(resolve, roundMs));
    for (const { labels } of [...left.containers, ...left.networks]) {
      seen.instances.add(labels[labelKeys.instance] ?? '');
    }
    for (const { id } of left.containers) seen.containers.add(id);
    for (const { id } of left.networks) seen.networks.add(id);
    failed = await removeAll(options.docker, left, disconnected);
    left = await findDockerRemains(options);
  }
  return {
    instances: [...seen.instances].sort(),
    containers: seen.containers.size - left.containers.length,
    networks: seen.networks.size - left.networks.length,
    ...{ disconnected, failed },
  };
}

/** Tries once; answers what failed, and why. */
async function removeAll(
  docker: Dockerode,
  { containers, networks }: Remains,
  disconnected: string[],
): Promise<readonly string[]> {
  const failed: string[] = [];
  await Promise.all(
    containers.map(({ id, name }) =>
      attempt(name, failed, () => docker.getContainer(id).remove({ force: true, v: true })),
    ),
  );
  await Promise.all(
    networks.map(({ id, name }) =>
      attempt(name, failed, async () => {
        disconnected.push(...(await removeNetwork(docker, id)));
      }),
    ),
  );
  return failed;
}

/** How long containers may take to leave a network that is removed, milliseconds. */
const leavingMs = 5000;

/** Between two tries, milliseconds. */
const retryMs = 50;

/**
 * Removes a network, once the containers of ours that are in it have ended. A person's own containers are disconnected.
 *
 * @returns the names of what was disconnected
 */
export async function removeNetwork(docker: Dockerode, id: string): Promise<readonly string[]> {
  const network = docker.getNetwork(id);
  const deadline = performance.now() + leavingMs;
  const disconnected: string[] = [];
  for (;;) {
    try {
      await ignoreGone(network.remove());
      return disconnected;
    } catch (error) {
      const isLate = performance.now() > deadline;
      if (isLate || !/active endpoints/.test((error as Error).message)) throw error;
      disconnected.push(...(await disconnectOthers(docker, network)));
      await new Promise((resolve) => setTimeout(resolve, retryMs));
    }
  }
}

/** Those without our labels: ours leave by themselves. */
async function disconnectOthers(docker: Dockerode, network: Dockerode.Network): Promise<readonly string[]> {
  const containers = await docker.listContainers({ all: true, filters: { network: [network.id] } });
  const others = containers.filter(({ Labels: labels }) => labels[labelKeys.instance] === undefined);
  await Promise.all(
    others.map(({ Id: Container }) => network.disconnect({ Container, Force: true }).catch(() => undefined)),
  );
  return others.map(({ Id, Names }) => Names[0]?.slice(1) ?? Id.slice(0, 12));
}

async function attempt(name: string, failed: string[], remove: () => Promise<unknown>): Promise<void> {
  try {
    await ignoreGone(remove());
  } catch (error) {
    failed.push(`${name}: ${(error as Error).message}`);
  }
}
