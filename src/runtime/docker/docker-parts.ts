import type { SocketAddress } from '../../model/address.ts';
import type { LogSource } from '../../model/logs.ts';
import { LogBook } from '../log-book.ts';
import { AddressBook } from '../ports/addresses.ts';
import type { Environment } from '../process/run-directory.ts';
import type { RuntimeEvent } from '../runtime-event.ts';
import { Cells } from './cells.ts';
import { containerLogs } from './container-logs.ts';
import { Containers } from './containers.ts';
import type { Engine } from './engine/engine.ts';
import { ObjectNames } from './object-names.ts';
import { ownerLabels } from './ownership/labels.ts';
import { PodContainers } from './pods/pod-containers.ts';
import { DockerPorts } from './ports/docker-ports.ts';
import { EngineNetworks } from './proxies/engine-networks.ts';
import { ProxyFleet } from './proxies/proxy-fleet.ts';
import { ServiceContainers } from './services/service-containers.ts';

export interface DockerRuntimeOptions {
  /** Name of the instance. */
  readonly instance: string;
  /** Folder that it serves. */
  readonly folder: string;
  readonly version: string;
  /** The instance's own folder for sockets, mode 0700. */
  readonly runFolder: string;
  /** Where addresses that had to move are remembered. */
  readonly stateFile: string;
  readonly engine: Engine;
  /** Tags of our own images. */
  readonly images: { readonly envoy: string; readonly node: string };
  readonly envoyVersion: string;
  readonly env: Environment;
  /** No image may be pulled. */
  readonly offline?: boolean;
  onEvent(event: RuntimeEvent): void;
}

/** What the parts tell. */
export interface DockerPartsHooks {
  /** What `observe` would say has changed. */
  onChange(): void;
  onCellLost(namespace: string, what: string): void;
  onPortLost(socket: SocketAddress): void;
}

/** What a Docker runtime is made of. */
export interface DockerParts {
  readonly containers: Containers;
  readonly cells: Cells;
  readonly networks: EngineNetworks;
  readonly logs: LogSource;
  readonly ports: DockerPorts;
  readonly proxies: ProxyFleet;
  readonly pods: PodContainers;
  readonly services: ServiceContainers;
}

/** Makes the parts; nothing runs yet. */
export function makeParts(options: DockerRuntimeOptions, hooks: DockerPartsHooks): DockerParts {
  const { engine, instance, folder, version, images, stateFile, env, onEvent, offline = false } = options;
  const { docker, architecture } = engine;
  const labels = ownerLabels({ instance, folder, version });
  const names = new ObjectNames(instance);
  const containers = new Containers({ docker, labels });
  const cells = new Cells({
    ...{ docker, containers, labels, names, nodeImage: images.node },
    onLost: hooks.onCellLost,
  });
  const networks = new EngineNetworks(docker);
  // Elsewhere other loopback addresses must be set up by hand.
  const isSingleAddress = process.platform !== 'linux';
  const common = { containers, cells, names, onEvent, nodeImage: images.node, onChange: hooks.onChange };
  const proxyLog = new LogBook();
  const podLog = new LogBook();
  const pods = new PodContainers({ ...common, docker, architecture, env, offline, log: podLog });
  return {
    ...{ containers, cells, networks, pods },
    logs: containerLogs(proxyLog, podLog, (pod) => pods.logWasRead(pod)),
    ports: new DockerPorts({
      ...{ docker, labels, isSingleAddress },
      addresses: new AddressBook({ instance, stateFile, isSingleAddress }),
      isPrivileged: engine.kind !== 'rootless',
    }),
    proxies: new ProxyFleet({
      ...{ ...common, networks, images, runFolder: options.runFolder, log: proxyLog },
      onPortLost: hooks.onPortLost,
    }),
    services: new ServiceContainers(common),
  };
}
