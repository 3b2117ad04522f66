import type Dockerode from 'dockerode';

/** An engine that answers. */
export interface Engine {
  readonly docker: Dockerode;
  /** How it is reached: `unix:///var/run/docker.sock`. */
  readonly where: string;
  readonly kind: 'docker' | 'docker-desktop' | 'rootless' | 'podman';
  /** Whether its containers run on this machine's kernel: folders can be mounted, and addresses of containers dialled. */
  readonly isLocal: boolean;
  readonly version: string;
  readonly apiVersion: string;
  /** In the engine's words (`GET /info`): `x86_64`, `aarch64`. */
  readonly architecture: string;
  /** Another one after the engine was set up anew. */
  readonly id: string;
  readonly cgroupVersion: string;
  /** Folder of its data, on its own machine. */
  readonly dataRoot: string;
}
