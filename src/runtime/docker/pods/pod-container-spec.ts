import { posix } from 'node:path';
import type { DesiredPod, PodImage } from '../../runtime.ts';
import type { Cell } from '../cells.ts';
import type { ContainerFile, ContainerSpec } from '../container-spec.ts';
import { containerUsers } from '../images/base-files.ts';
import type { ForeignImage } from '../images/foreign-image.ts';
import { podCommand } from '../pod-program/pod-command.ts';

/**
 * What an image may do that a Deployment names: what containers can by default, without what lets them forge packets,
 * make devices, write the audit log, or end the processes of other users in the namespace that all pods share.
 */
const foreignCapabilities = [
  ...['CHOWN', 'DAC_OVERRIDE', 'FOWNER', 'FSETID', 'SETGID', 'SETUID', 'SETPCAP'],
  ...['NET_BIND_SERVICE', 'SYS_CHROOT', 'SETFCAP'],
];

/** Variables that would change how our own image runs rather than what the app does. */
const loaderVariables = new Set(['LD_LIBRARY_PATH', 'LD_PRELOAD', 'NODE_OPTIONS']);

export interface PodPlace {
  readonly name: string;
  readonly cell: Cell;
  readonly address: string;
}

/** The container of a pod that runs one of the simulated apps. */
export function appSpec(pod: DesiredPod, nodeImage: string, place: PodPlace): ContainerSpec {
  const { Entrypoint, Cmd } = podCommand({ type: 'app', app: pod.app });
  const env = Object.entries(pod.env).filter(([name]) => !loaderVariables.has(name));
  return {
    ...common(pod, place),
    ...{ image: nodeImage, entrypoint: Entrypoint, command: Cmd, user: containerUsers.app },
    env: { ...Object.fromEntries(env), ...(pod.ports.length > 0 && { PORTS: pod.ports.join(',') }) },
    ...{ memoryBytes: 64 * 2 ** 20, pids: 32 },
  };
}

/** The container of a pod that runs the image that its Deployment declares, as it declares it. */
export function foreignSpec(
  pod: DesiredPod & { readonly image: PodImage },
  { reference, platform }: ForeignImage,
  place: PodPlace,
): ContainerSpec {
  const { command, args, workingDir, env } = pod.image;
  const resolved = Object.entries(env).map(([name, value]) => [name, withAddress(value, place.address)]);
  return {
    ...common(pod, place),
    ...{ image: reference, platform },
    // As a kubelet: another command also drops the image's arguments.
    ...(command !== undefined && { entrypoint: command, command: args ?? [] }),
    ...(command === undefined && args !== undefined && { command: args }),
    ...(workingDir !== undefined && { workingDir }),
    env: Object.fromEntries(resolved),
    readOnlyRoot: false,
    capabilities: foreignCapabilities,
    ...{ memoryBytes: 512 * 2 ** 20, pids: 256 },
  };
}

function common(pod: DesiredPod, { name, cell, address }: PodPlace) {
  return {
    ...{ role: 'pod', name, namespace: pod.namespace, object: pod.name },
    pidOf: cell.guard.id,
    files: filesOf(pod),
    network: {
      ...{ type: 'own', network: cell.network.id, address },
      aliases: [pod.name, ...(pod.aliases ?? [])],
    },
  } satisfies Partial<ContainerSpec>;
}

function filesOf({ files }: DesiredPod): Readonly<Record<string, ContainerFile>> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [posix.normalize(path), { text }]));
}

function withAddress(value: string, address: string): string {
  return value.replaceAll('$(status.podIP)', () => address);
}
