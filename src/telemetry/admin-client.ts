import http from 'node:http';
import { requestEventsRuntimeKey } from '../xds/names.ts';

/** How long an answer of Envoy's main thread may take: a start with thousands of routes keeps it busy for a while. */
const patienceMs = 5000;

/** A host in `/clusters?format=json` (`envoy.admin.v3.HostStatus`), as far as it is read. */
export interface HostStatus {
  readonly address?: {
    readonly socket_address?: { readonly address: string; readonly port_value: number };
    readonly pipe?: { readonly path: string };
  };
  readonly health_status?: {
    readonly failed_active_health_check?: boolean;
    readonly failed_outlier_check?: boolean;
    readonly pending_dynamic_removal?: boolean;
    readonly eds_health_status?: string;
  };
  readonly priority?: number;
  readonly weight?: number;
}

export interface ClusterStatus {
  readonly name: string;
  readonly host_statuses?: readonly HostStatus[];
}

/**
 * Envoy's admin interface, over its unix socket. Each call opens a connection of its own: calls are rare, and an Envoy
 * that was replaced listens on the same path.
 */
export class AdminClient {
  readonly #socketPath: string;

  constructor(socketPath: string) {
    this.#socketPath = socketPath;
  }

  /** Whether Envoy has its first listeners. `false` also while it cannot be asked. */
  async isReady(): Promise<boolean> {
    try {
      return (await this.#request('GET', '/ready')).status === 200;
    } catch {
      return false;
    }
  }

  /** All clusters with their hosts' health. */
  async clusters(): Promise<readonly ClusterStatus[]> {
    const { cluster_statuses = [] } = (await this.#json('/clusters?format=json')) as {
      readonly cluster_statuses?: readonly ClusterStatus[];
    };
    return cluster_statuses;
  }

  /** Counters and gauges by name; `filter` is a regular expression of RE2. Those that were never used are left out. */
  async stats(filter?: string): Promise<ReadonlyMap<string, number>> {
    const query = filter === undefined ? '' : `&filter=${encodeURIComponent(filter)}`;
    const { stats = [] } = (await this.#json(`/stats?format=json&usedonly${query}`)) as {
      readonly stats?: readonly { readonly name?: string; readonly value?: number }[];
    };
    const values = stats.flatMap(({ name, value }) =>
      name === undefined || typeof value !== 'number' ? [] : [[name, value] as const],
    );
    return new Map(values);
  }

  /** `envoy.admin.v3.ConfigDump` in JSON. */
  configDump(): Promise<unknown> {
    return this.#json('/config_dump?include_eds');
  }

  /** Sets a runtime value; it acts at once. */
  async setRuntime(key: string, value: string): Promise<void> {
    await this.#ok('POST', `/runtime_modify?${encodeURIComponent(key)}=${encodeURIComponent(value)}`);
  }

  async #json(path: string): Promise<unknown> {
    return JSON.parse(await this.#ok('GET', path));
  }

  async #ok(method: string, path: string): Promise<string> {
    const { body, status } = await this.#request(method, path);
    if (status !== 200) throw new Error(`Envoy answered ${status} to ${path}: ${body.trim().slice(0, 200)}`);
    return body;
  }

  #request(method: string, path: string): Promise<{ readonly status: number; readonly body: string }> {
    return new Promise((resolve, reject) => {
      const request = http.request(
        { socketPath: this.#socketPath, method, path, agent: false, timeout: patienceMs },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString() }),
          );
        },
      );
      request.on('timeout', () => request.destroy(new Error(`Envoy did not answer ${path} in time`)));
      request.on('error', reject);
      request.end();
    });
  }
}

/** Lets an Envoy report only this share (percent) of its requests from now on. */
export function setSampling(adminSocketPath: string, percent: number): Promise<void> {
  return new AdminClient(adminSocketPath).setRuntime(requestEventsRuntimeKey, String(percent));
}
