import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { shortName } from '../../process/run-directory.ts';

/** Where a tenant's Envoys see what this machine shares with them. */
export const insidePaths = {
  admin: '/run/calb/admin',
  adminSocket: '/run/calb/admin/admin.sock',
  bootstrap: '/run/calb/boot/bootstrap.json',
  controlPlane: '/run/calb/cp',
  controlPlaneSocket: '/run/calb/cp/cp.sock',
  hostSockets: '/run/calb/host',
  output: '/dev/stdout',
} as const;

/** Folders of this machine that a tenant's Envoys see. They lie in the instance's run folder, which only its user enters. */
export class ProxyFolders {
  readonly #folder: string;
  readonly #controlPlane: string;
  #generation = 0;

  constructor(runFolder: string, tenant: string) {
    this.#folder = join(runFolder, `t-${shortName(tenant)}`);
    this.#controlPlane = controlPlaneFolder(runFolder);
  }

  get accessLog(): string {
    return join(this.#folder, 'access.log');
  }

  /** Of the Envoy that was made last. */
  get adminSocket(): string {
    return join(this.#adminFolder(this.#generation), 'admin.sock');
  }

  get hostSockets(): string {
    return join(this.#folder, 'host');
  }

  /** Makes the folders for another Envoy: two of them that meet would otherwise take each other's admin socket. */
  next(): Readonly<Record<string, { readonly path: string; readonly readOnly: boolean }>> {
    this.#generation += 1;
    const admin = this.#adminFolder(this.#generation);
    makeFolder(admin, 0o777);
    makeFolder(this.hostSockets, 0o711);
    makeFolder(this.#controlPlane, 0o711);
    return {
      [insidePaths.admin]: { path: admin, readOnly: false },
      [insidePaths.hostSockets]: { path: this.hostSockets, readOnly: true },
      [insidePaths.controlPlane]: { path: this.#controlPlane, readOnly: true },
    };
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #adminFolder(generation: number): string {
    return join(this.#folder, `a${generation}`);
  }
}

/** Folder of the control plane's socket, one for all tenants: each proves by its token who it is. */
export function controlPlaneFolder(runFolder: string): string {
  return join(runFolder, 'cp');
}

/** The mode that is asked for, whatever the umask says. */
function makeFolder(path: string, mode: number): void {
  mkdirSync(path, { recursive: true });
  chmodSync(path, mode);
}
