import { join } from 'node:path';
import { shortName } from './run-directory.ts';

/** Where one tenant's Envoy has its files. All paths are short enough for a unix socket. */
export interface ProxyFiles {
  readonly folder: string;
  readonly bootstrap: string;
  readonly adminSocket: string;
  /** A FIFO: health-check and outlier events. */
  readonly eventLog: string;
  readonly accessLog: string;
}

/** The files of a tenant's Envoy in an instance's run folder; the same every time. */
export function proxyFiles(runFolder: string, tenant: string): ProxyFiles {
  const folder = join(runFolder, 'p', shortName(tenant));
  return {
    folder,
    bootstrap: join(folder, 'bootstrap.json'),
    adminSocket: join(folder, 'admin.sock'),
    eventLog: join(folder, 'events.fifo'),
    accessLog: join(folder, 'access.log'),
  };
}
