import type { Address } from '../model/address.ts';
import { type Certificates, serverName } from './certificates.ts';
import { ConnectionQueue } from './connection-queue.ts';
import type { ControlPlane, ControlPlaneEvent } from './control-plane.ts';
import { EntryBatches } from './entry-batches.ts';
import type { GrpcServer, GrpcServices } from './grpc-server.ts';
import type { Refusal } from './refusal.ts';
import { RefusalReports } from './refusal-reports.ts';
import { TenantStreams } from './tenant-streams.ts';
import { createTokens } from './tokens.ts';

export interface ControlPlaneOptions {
  readonly certificates: Certificates;
  readonly onEvent: (event: ControlPlaneEvent) => void;
  /** Key of the tenants' tokens, for a control plane that shall take up Envoys that another one started. */
  readonly tokenKey?: Uint8Array;
  /** How long routes wait for a new cluster that does not become ready. */
  readonly warmingPatienceMs?: number;
  /** Milliseconds of a steady clock. */
  readonly now?: () => number;
}

/** Longer than any health check's usual timeout, short enough for somebody who waits for an edit. */
const defaultWarmingPatienceMs = 5000;

/**
 * Starts the control plane. It listens where it is told to; gRPC is loaded when the first Envoy is about to come, and
 * who is there before it waits.
 */
export function startControlPlane(options: ControlPlaneOptions): ControlPlane {
  const tokens = createTokens(options.tokenKey);
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

  const { warmingPatienceMs = defaultWarmingPatienceMs } = options;
  const stream = { now, schedule, warmingPatienceMs };
  const server = new LazyServer({
    certificates,
    discovery: { tokens, tenant, stream, refused },
    accessLogs: { tokens, refused, entries: (name, entries) => batches.add(name, entries) },
  });
  return {
    listen: (at) => server.listen(at),
    credentials: (name) => {
      // Whoever gets a token comes a moment later.
      setImmediate(() => server.load());
      return { token: tokens.issue(name), caCertificate: certificates.caCertificate, serverName };
    },
    setSnapshot: (snapshot, cause) => tenant(snapshot.tenant).setTarget({ snapshot, cause }),
    removeTenant: (name) => {
      tenants.get(name)?.end();
      tenants.delete(name);
    },
    ackedVersion: (name) => tenants.get(name)?.ackedVersion,
    close: () => server.close(),
  };
}

function schedule(task: () => void, afterMs: number): () => void {
  const timer = setTimeout(task, afterMs);
  timer.unref();
  return () => clearTimeout(timer);
}

/** The server as it is seen from outside while it may not be there yet. */
class LazyServer {
  readonly #services: GrpcServices;
  readonly #queue = new ConnectionQueue(() => this.load());
  #server: Promise<GrpcServer> | undefined;
  #isClosed = false;

  constructor(services: GrpcServices) {
    this.#services = services;
  }

  listen(at: Address): Promise<Address> {
    return this.#queue.listen(at);
  }

  load(): void {
    if (this.#server !== undefined || this.#isClosed) return;
    this.#server = import('./grpc-server.ts').then(({ startGrpcServer }) => startGrpcServer(this.#services));
    void this.#server.then((server) => {
      if (!this.#isClosed) this.#queue.serve((connection) => server.take(connection));
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#queue.stop();
    await (await this.#server)?.close();
    this.#queue.cut();
  }
}
