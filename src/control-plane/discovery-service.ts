import type { handleBidiStreamingCall, ServerDuplexStream, ServiceDefinition } from '@grpc/grpc-js';
import { authenticate, checkNode } from './authentication.ts';
import type { DeltaStream } from './delta-stream.ts';
import { Refusal } from './refusal.ts';
import type { StreamEdges } from './stream-edges.ts';
import type { TenantStreams } from './tenant-streams.ts';
import type { Tokens } from './tokens.ts';
import { type DeltaRequest, readDeltaRequest } from './wire/delta-request.ts';

type Call = ServerDuplexStream<Buffer, Buffer>;

const passBytes = (bytes: Buffer): Buffer => bytes;

/** Delta ADS only: the state-of-the-world stream and the polled methods do not exist. */
export const discoveryService = {
  deltaAggregatedResources: {
    path: '/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources',
    requestStream: true,
    responseStream: true,
    requestSerialize: passBytes,
    requestDeserialize: passBytes,
    responseSerialize: passBytes,
    responseDeserialize: passBytes,
  },
} satisfies ServiceDefinition;

/** What the services need of the server. */
export interface ServiceEdges {
  readonly tokens: Tokens;
  readonly tenant: (name: string) => TenantStreams;
  readonly stream: Omit<StreamEdges, 'emit' | 'send'>;
  readonly refused: (refusal: Refusal) => void;
}

/** Serves a stream: who it is, then what its tenant's Envoy shall have. */
export function serveDiscovery(edges: ServiceEdges): handleBidiStreamingCall<Buffer, Buffer> {
  return (call) => {
    const early: Buffer[] = [];
    let take = (bytes: Buffer): void => {
      early.push(bytes);
    };
    let hasEnded = false;
    let ended = (): void => {
      hasEnded = true;
    };
    const refuse = (error: unknown): void => {
      const refusal = error instanceof Refusal ? error : new Refusal(16, 'it speaks no delta ADS');
      if (error instanceof Refusal) edges.refused(error);
      take = () => {};
      call.emit('error', { code: refusal.code, details: `refused: ${refusal.message}` });
    };
    call.on('data', (bytes: Buffer) => {
      try {
        take(bytes);
      } catch (error) {
        refuse(error);
      }
    });
    call.on('end', () => call.end());
    call.on('cancelled', () => ended());
    call.on('close', () => ended());
    authenticate(edges.tokens, call.metadata)
      .then((tenant) => {
        if (hasEnded) return;
        const session = new DiscoverySession(call, edges.tenant(tenant), edges);
        take = (bytes) => session.take(tenant, readDeltaRequest(bytes));
        ended = () => session.ended();
        for (const bytes of early) take(bytes);
      })
      .catch(refuse);
  };
}

class DiscoverySession {
  readonly #call: Call;
  readonly #tenant: TenantStreams;
  readonly #edges: ServiceEdges;
  #stream: DeltaStream | undefined;

  constructor(call: Call, tenant: TenantStreams, edges: ServiceEdges) {
    this.#call = call;
    this.#tenant = tenant;
    this.#edges = edges;
  }

  take(tenant: string, request: DeltaRequest): void {
    if (this.#stream === undefined) {
      checkNode(tenant, request.node);
      this.#stream = this.#open(request.node?.version);
    }
    this.#stream.handle(request);
  }

  ended(): void {
    if (this.#stream !== undefined) this.#tenant.closed(this.#stream);
  }

  #open(envoyVersion: string | undefined): DeltaStream {
    const call = this.#call;
    const send = (bytes: Buffer): boolean => call.write(bytes);
    const stream = this.#tenant.open({ ...this.#edges.stream, send }, envoyVersion, () => call.end());
    call.on('drain', () => stream.drained());
    return stream;
  }
}
