import { posix } from 'node:path';
import type { PodImage, PodVolume } from '../../pod-image.ts';
import type { DesiredPod } from '../../runtime.ts';
import { withAddress } from '../../with-address.ts';
import type { Cell } from '../cells.ts';
import type { ContainerFile, ContainerSpec } from '../container-spec.ts';
import { containerUsers } from '../images/base-files.ts';
import type { ForeignImage } from '../images/foreign-image.ts';
import { podCommand } from '../pod-program/pod-command.ts';
import type { JoinedNetworks } from './reach.ts';

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
  readonly joined?: JoinedNetworks;
}

/** The container of a pod that runs one of the simulated apps. */
export function appSpec(pod: DesiredPod, nodeImage: string, place: PodPlace): ContainerSpec {
  const { Entrypoint, Cmd } = podCommand({ type: 'app', app: pod.app });
  const env = Object.entries(pod.env).filter(([name]) => !loaderVariables.has(name));
  return {
    ...common(pod, place),
    ...{ image: nodeImage, entrypoint: Entrypoint, command: Cmd, user: containerUsers.app },
    env: { ...Object.fromEntries(env), ...(pod.ports.length > 0 && { PORTS: pod.ports.join(',') }) },
    // Files of the root itself cannot lie in a volume. The app's user may write nowhere anyway.
    readOnlyRoot: ![...Object.keys(pod.files), ...Object.keys(pod.binaryFiles ?? {})].some(
      (path) => posix.dirname(posix.normalize(path)) === '/',
    ),
    ...{ memoryBytes: 64 * 2 ** 20, pids: 32 },
  };
}

/** The container of a pod that runs the image that its Deployment declares, as it declares it. */
export function foreignSpec(
  pod: DesiredPod & { readonly image: PodImage },
  { reference, platform }: ForeignImage,
  place: PodPlace,
): ContainerSpec {
  const { command, args, workingDir, env, user, readOnlyRoot = false, volumes = [], console } = pod.image;
  const resolved = Object.entries(env).map(([name, value]) => [name, withAddress(value, place.address)]);
  const words = (list: readonly string[]) => list.map((word) => withAddress(word, place.address));
  const files = filesOf(pod, volumes);
  return {
    ...common(pod, place),
    ...{ image: reference, platform, files, volumes: volumesOf(volumes, files) },
    // As a kubelet: another command also drops the image's arguments.
    ...(command !== undefined && { entrypoint: words(command), command: words(args ?? []) }),
    ...(command === undefined && args !== undefined && { command: words(args) }),
    ...(workingDir !== undefined && { workingDir }),
    ...(user !== undefined && { user }),
    env: Object.fromEntries(resolved),
    readOnlyRoot,
    ...(console?.stdin === true && { stdin: true }),
    ...(console?.tty === true && { tty: true }),
    capabilities: foreignCapabilities,
    ...{ memoryBytes: 512 * 2 ** 20, pids: 256 },
  };
}

function common(pod: DesiredPod, { name, cell, address, joined }: PodPlace) {
  return {
    ...{ role: 'pod', name, namespace: pod.namespace, object: pod.name },
    pidOf: cell.guard.id,
    hostname: hostname(pod.name),
    files: filesOf(pod, []),
    network: {
      ...{ type: 'own', network: cell.network.id, address },
      aliases: [pod.name, ...(pod.aliases ?? [])],
      ...(joined !== undefined && { joined }),
    },
  } satisfies Partial<ContainerSpec>;
}

/** As a kubelet cuts it. */
function hostname(name: string): string {
  return name.slice(0, 63).replace(/[-.]+$/, '');
}

function filesOf(
  { files, binaryFiles = {} }: DesiredPod,
  volumes: readonly PodVolume[],
): Readonly<Record<string, ContainerFile>> {
  const binary = Object.entries(binaryFiles).map(
    ([path, text]) => [path, Buffer.from(text, 'base64')] as const,
  );
  const entries = [...Object.entries(files), ...binary].map(([declared, text]): [string, ContainerFile] => {
    const path = posix.normalize(declared);
    const mode = volumeAround(path, volumes)?.fileMode;
    // Whoever the image runs as can read them: only whether they can be run is taken over.
    return [path, { text, ...(mode !== undefined && { mode: 0o444 | (mode & 0o111) }) }];
  });
  return Object.fromEntries(entries);
}

/** The innermost one that a file lies in. */
function volumeAround(file: string, volumes: readonly PodVolume[]): PodVolume | undefined {
  const around = volumes.filter(({ path }) => file.startsWith(`${posix.normalize(path)}/`));
  return around.sort((a, b) => b.path.length - a.path.length)[0];
}

/** What is in memory is empty at each start: it takes no files. */
function volumesOf(
  volumes: readonly PodVolume[],
  files: Readonly<Record<string, ContainerFile>>,
): NonNullable<ContainerSpec['volumes']> {
  const filled = new Set(Object.keys(files).map((file) => volumeAround(file, volumes)));
  const entries = volumes.map((volume) => {
    const isOpen = volume.isScratch === true && !filled.has(volume);
    return [posix.normalize(volume.path), isOpen ? 'anybody' : 'root'];
  });
  return Object.fromEntries(entries);
}
