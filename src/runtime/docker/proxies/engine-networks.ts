import type Dockerode from 'dockerode';
import { ignoreGone } from '../engine/engine-errors.ts';

/** Connects containers to further networks. */
export class EngineNetworks {
  readonly #docker: Dockerode;

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

  disconnect(network: string, container: string): Promise<void> {
    return ignoreGone(this.#docker.getNetwork(network).disconnect({ Container: container, Force: true }));
  }
}
