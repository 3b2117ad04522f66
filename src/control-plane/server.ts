import { Server, ServerCredentials } from '@grpc/grpc-js';
import { accessLogService, serveAccessLogs } from './access-log-service.ts';
import { type Certificates, serverName } from './certificates.ts';
import type { ControlPlane, ControlPlaneEvent } from './control-plane.ts';
import { discoveryService, serveDiscovery } from './discovery-service.ts';
import { EntryBatches } from './entry-batches.ts';
import type { Refusal } from './refusal.ts';
import { RefusalReports } from './refusal-reports.ts';
import { TenantStreams } from './tenant-streams.ts';
import { createTokens } from './tokens.ts';

export interface ControlPlaneOptions {
  readonly certificates: Certificates;
  readonly onEvent: (event: ControlPlaneEvent) => void;
  /** `127.0.0.1` by default. */
  readonly address?: string;
  /** By default a free one. */
  readonly port?: number;
  /** Key of the tenants' tokens, for a control plane that shall take up Envoys that another one started. */
  readonly tokenKey?: Uint8Array;
  /** How long routes wait for a new cluster that does not become ready. */
  readonly warmingPatienceMs?: number;
  /** Milliseconds of a steady clock. */
  readonly now?: () => number;
}

/** Longer than any health check's usual timeout, short enough for somebody who waits for an edit. */
const defaultWarmingPatienceMs = 5000;

/** What a stopping server waits for its streams to end by themselves. */
const closeWithinMs = 200;

/** Starts the control plane. It listens when the promise is resolved. */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const tokens = await createTokens(options.tokenKey);
  const { certificates, now = () => performance.now(), onEvent } = options;
  const tenants = new Map<string, TenantStreams>();
  const tenant = (name: string): TenantStreams => {
    const streams = tenants.get(name) ?? new TenantStreams(name, onEvent);
    tenants.set(name, streams);
    return streams;
  };
  const reports = new RefusalReports((reason) => onEvent({ type: 'stream-refused', reason }), now);
  const refused = (refusal: Refusal): void => reports.add(refusal.message);
  const batches = new EntryBatches((name, entries) => {
    if (tenants.has(name)) onEvent({ type: 'access-log', tenant: name, entries });
  });

  const server = new Server({
    // A start's first request names everything that Envoy has.
    'grpc.max_receive_message_length': -1,
    'grpc.keepalive_time_ms': 30_000,
    'grpc.keepalive_timeout_ms': 5000,
  });
  const { warmingPatienceMs = defaultWarmingPatienceMs } = options;
  const stream = { now, schedule, warmingPatienceMs };
  server.addService(discoveryService, {
    deltaAggregatedResources: serveDiscovery({ tokens, tenant, stream, refused }),
  });
  server.addService(accessLogService, {
    streamAccessLogs: serveAccessLogs({
      ...{ tokens, refused },
      entries: (name, entries) => batches.add(name, entries),
    }),
  });
  const address = options.address ?? '127.0.0.1';
  const port = await bind(
    server,
    `${address.includes(':') ? `[${address}]` : address}:${options.port ?? 0}`,
    // Without an authority of its own Node would parse all of the system's first: 25 ms of each start.
    ServerCredentials.createSsl(Buffer.from(certificates.caCertificate), [
      {
        private_key: Buffer.from(certificates.privateKey),
        cert_chain: Buffer.from(certificates.certificate),
      },
    ]),
  );
  return {
    address: { address, port },
    credentials: async (name) => ({
      token: await tokens.issue(name),
      caCertificate: certificates.caCertificate,
      serverName,
    }),
    setSnapshot: (snapshot, cause) => tenant(snapshot.tenant).setTarget({ snapshot, cause }),
    removeTenant: (name) => {
      tenants.get(name)?.end();
      tenants.delete(name);
    },
    ackedVersion: (name) => tenants.get(name)?.ackedVersion,
    close: () => close(server),
  };
}

function schedule(task: () => void, afterMs: number): () => void {
  const timer = setTimeout(task, afterMs);
  timer.unref();
  return () => clearTimeout(timer);
}

type Credentials = Parameters<Server['bindAsync']>[1];

function bind(server: Server, address: string, credentials: Credentials): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, credentials, (error, port) => (error === null ? resolve(port) : reject(error)));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.forceShutdown(), closeWithinMs);
    server.tryShutdown(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
