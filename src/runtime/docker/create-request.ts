import type Dockerode from 'dockerode';
import type { ContainerSpec } from './container-spec.ts';
import { volumeFolders } from './file-archives.ts';
import { type Labels, labelKeys } from './ownership/labels.ts';

/**
 * A container as `POST /containers/create` takes it: removed by the engine when it ends, no new privileges, no
 * capabilities but those it asks for, bounded memory and processes, its output kept by nobody but who is attached.
 */
export function createRequest(spec: ContainerSpec, owner: Labels): Dockerode.ContainerCreateOptions {
  const { network, stdin = false, tty = false, user, workingDir, platform, hostname } = spec;
  const isOwn = network.type === 'own';
  return {
    name: spec.name,
    ...(platform !== undefined && { platform }),
    Image: spec.image,
    ...(spec.entrypoint !== undefined && { Entrypoint: [...spec.entrypoint] }),
    ...(spec.command !== undefined && { Cmd: [...spec.command] }),
    Env: Object.entries(spec.env ?? {}).map(([name, value]) => `${name}=${value}`),
    ...(user !== undefined && { User: userOf(user) }),
    ...(workingDir !== undefined && { WorkingDir: workingDir }),
    ...(hostname !== undefined && { Hostname: hostname }),
    // An image's own check would run beside ours, and nobody would ask for what it finds.
    Healthcheck: { Test: ['NONE'] },
    Labels: labelsOf(spec, owner),
    ...{ OpenStdin: stdin, StdinOnce: stdin, AttachStdin: stdin, AttachStdout: true, AttachStderr: true },
    ...(tty && { Tty: true }),
    ...(isOwn && {
      ExposedPorts: Object.fromEntries(publishedPorts(network).map(([port]) => [`${port}/tcp`, {}])),
      NetworkingConfig: {
        EndpointsConfig: {
          [network.network]: {
            Aliases: [...network.aliases],
            ...(network.address !== undefined && { IPAMConfig: { IPv4Address: network.address } }),
          },
        },
      },
    }),
    HostConfig: hostConfig(spec),
  };
}

function hostConfig(spec: ContainerSpec): Dockerode.HostConfig {
  const { network, memoryBytes, pidOf, init = false } = spec;
  return {
    AutoRemove: true,
    ReadonlyRootfs: spec.readOnlyRoot ?? true,
    CapDrop: ['ALL'],
    CapAdd: [...(spec.capabilities ?? [])],
    SecurityOpt: ['no-new-privileges:true'],
    ...{ Memory: memoryBytes, MemorySwap: memoryBytes, PidsLimit: spec.pids },
    LogConfig: { Type: 'none', Config: {} },
    NetworkMode: networkMode(network),
    ...(pidOf !== undefined && { PidMode: `container:${pidOf}` }),
    ...(init && { Init: true }),
    // Port 80 for everybody: engines set this by themselves, others (Podman) do not. Who joins a network has it already.
    ...(network.type === 'own' && {
      Sysctls: { 'net.ipv4.ip_unprivileged_port_start': '0', ...spec.sysctls },
    }),
    ...(network.type === 'own' && {
      PortBindings: Object.fromEntries(
        publishedPorts(network).map(([port, sockets]) => [
          `${port}/tcp`,
          sockets.map((socket) => ({ HostIp: socket.address, HostPort: String(socket.port) })),
        ]),
      ),
    }),
    Mounts: [
      ...Object.entries(spec.folders ?? {}).map(([Target, { path, readOnly }]) => ({
        ...{ Type: 'bind' as const, Source: path, Target, ReadOnly: readOnly },
      })),
      ...volumeFolders(spec).map((Target) => ({ Type: 'volume' as const, Target, Source: '' })),
      ...Object.entries(spec.volumes ?? {}).map(([Target, writers]) => volume(Target, writers)),
    ],
  };
}

/** A volume of a disk belongs to root; of memory, it takes a mode. */
function volume(Target: string, writers: 'root' | 'anybody') {
  const Options = { type: 'tmpfs', device: 'tmpfs', o: 'mode=0777' };
  const inMemory = { DriverConfig: { Name: 'local', Options } };
  return {
    ...{ Type: 'volume' as const, Target, Source: '' },
    VolumeOptions: { NoCopy: true, Labels: {}, ...(writers === 'anybody' && inMemory) },
  };
}

type OwnNetwork = Extract<ContainerSpec['network'], { type: 'own' }>;

function publishedPorts({ published = {} }: OwnNetwork) {
  return Object.entries(published);
}

function networkMode(network: ContainerSpec['network']): string {
  switch (network.type) {
    case 'own':
      return network.network;
    case 'container':
      return `container:${network.id}`;
    case 'none':
      return 'none';
  }
}

function labelsOf({ namespace, role, object }: ContainerSpec, owner: Labels): Record<string, string> {
  return {
    ...owner,
    [labelKeys.tenant]: namespace,
    [labelKeys.role]: role,
    ...(object !== undefined && { [labelKeys.name]: object }),
  };
}

/** A number is user and group at once. */
function userOf(user: number | string): string {
  return typeof user === 'number' ? `${user}:${user}` : user;
}
