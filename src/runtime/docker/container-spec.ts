import type { SocketAddress } from '../../model/address.ts';
import type { Role } from './ownership/labels.ts';

/** A container that shall run. */
export interface ContainerSpec {
  readonly role: Role;
  /** Unique in the engine. */
  readonly name: string;
  /** The namespace that it belongs to. */
  readonly namespace: string;
  /** What it is in the words of its manifests: a pod's or Service's name. */
  readonly object?: string;
  /** Tag or id of an image that the engine has. */
  readonly image: string;
  /** `linux/amd64`, where it must be the image for that platform. */
  readonly platform?: string;
  /** Replaces the image's entrypoint. */
  readonly entrypoint?: readonly string[];
  /** Replaces the image's arguments. */
  readonly command?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Number or name; the image's by default. */
  readonly user?: number | string;
  readonly workingDir?: string;
  /** What it calls itself, where its network is its own; the engine's short id by default. */
  readonly hostname?: string;
  /** Keeps its standard input open for {@link RunningContainer.stdin}; it ends with this process's connection. */
  readonly stdin?: boolean;
  /** Gives its program a terminal: all that it writes is one stream. */
  readonly tty?: boolean;
  readonly network: ContainerNetwork;
  /** Container whose process namespace it joins: it ends with that one. */
  readonly pidOf?: string;
  /** Whether the engine's own init reaps what its processes leave behind. */
  readonly init?: boolean;
  /** Folders of this machine, by their paths inside. */
  readonly folders?: Readonly<Record<string, { readonly path: string; readonly readOnly: boolean }>>;
  /** Folders that hold nothing of the image, and end with the container, by who may write there. */
  readonly volumes?: Readonly<Record<string, 'root' | 'anybody'>>;
  /** Files by absolute path. Where the root is read-only, each folder of theirs becomes a volume that ends with the container. */
  readonly files?: Readonly<Record<string, ContainerFile>>;
  /** Settings of its network's kernel, where that is its own. */
  readonly sysctls?: Readonly<Record<string, string>>;
  readonly memoryBytes: number;
  /** Processes and threads. */
  readonly pids: number;
  /** Default `true`. */
  readonly readOnlyRoot?: boolean;
  /** Capabilities that it keeps; default: none. */
  readonly capabilities?: readonly string[];
}

export interface ContainerFile {
  readonly text: string | Buffer;
  /** Default 0444. */
  readonly mode?: number;
  /** Default: the container's user where that is a number, else root. */
  readonly uid?: number;
}

export type ContainerNetwork =
  | {
      readonly type: 'own';
      /** Id of the network. */
      readonly network: string;
      /** Fixed address; the engine chooses one otherwise. */
      readonly address?: string;
      readonly aliases: readonly string[];
      /** Port inside → sockets of the engine's machine. */
      readonly published?: Readonly<Record<number, readonly SocketAddress[]>>;
      /** Further networks that it is in from its start, by their ids, with its addresses there. */
      readonly joined?: ReadonlyMap<string, string>;
    }
  | { readonly type: 'container'; readonly id: string }
  | { readonly type: 'none' };
