import type Dockerode from 'dockerode';
import { ignoreGone } from '../engine/engine-errors.ts';

/** Connects containers to further networks. */
export class EngineNetworks {
  readonly #docker: Dockerode;
  /** Just being disconnected: `network container`. */
  readonly #leaving = new Set<string>();

  constructor(docker: Dockerode) {
    this.#docker = docker;
  }

  /** @throws the engine's error */
  async connect(network: string, container: string, address: string): Promise<void> {
    await this.#docker.getNetwork(network).connect({
      Container: container,
      EndpointConfig: { IPAMConfig: { IPv4Address: address } },
    });
  }

  /** Whether a container leaves a network because it was asked to here. */
  isLeaving(network: string, container: string): boolean {
    return this.#leaving.has(`${network} ${container}`);
  }

  async disconnect(network: string, container: string): Promise<void> {
    const key = `${network} ${container}`;
    this.#leaving.add(key);
    // The engine's event may come after its answer.
    setTimeout(() => this.#leaving.delete(key), 5000).unref();
    await ignoreGone(this.#docker.getNetwork(network).disconnect({ Container: container, Force: true }));
  }
}
