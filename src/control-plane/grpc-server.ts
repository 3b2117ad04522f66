import type { Socket } from 'node:net';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { type AccessLogEdges, accessLogService, serveAccessLogs } from './access-log-service.ts';
import type { Certificates } from './certificates.ts';
import { discoveryService, type ServiceEdges, serveDiscovery } from './discovery-service.ts';

/** What a stopping server waits for its streams to end by themselves. */
const closeWithinMs = 200;

/** Speaks gRPC over TLS on connections that somebody else accepts. */
export interface GrpcServer {
  take(connection: Socket): void;
  /** Ends all streams. Resolves when they have ended. */
  close(): Promise<void>;
}

/** What the server serves. */
export interface GrpcServices {
  readonly certificates: Certificates;
  readonly discovery: ServiceEdges;
  readonly accessLogs: AccessLogEdges;
}

/** Starts both services. Loading this file costs more than anything else at the start, so it is loaded late. */
export function startGrpcServer({ accessLogs, certificates, discovery }: GrpcServices): GrpcServer {
  const server = new Server({
    // A start's first request names everything that Envoy has.
    'grpc.max_receive_message_length': -1,
    'grpc.keepalive_time_ms': 30_000,
    'grpc.keepalive_timeout_ms': 5000,
  });
  server.addService(discoveryService, { deltaAggregatedResources: serveDiscovery(discovery) });
  server.addService(accessLogService, { streamAccessLogs: serveAccessLogs(accessLogs) });
  // Without an authority of its own Node would parse all of the system's first: 25 ms of each start.
  const credentials = ServerCredentials.createSsl(Buffer.from(certificates.caCertificate), [
    {
      private_key: Buffer.from(certificates.privateKey),
      cert_chain: Buffer.from(certificates.certificate),
    },
  ]);
  const injector = server.createConnectionInjector(credentials);
  return { take: (connection) => injector.injectConnection(connection), close: () => close(server) };
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      server.forceShutdown();
      // Nothing is left to wait for. Of a session that was just breaking, grpc-js never hears that it has closed: Node
      // ignores the question once it is destroyed, and it does not count as closed yet.
      resolve();
    }, closeWithinMs);
    server.tryShutdown(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
