import type { handleClientStreamingCall, ServiceDefinition } from '@grpc/grpc-js';
import type { AccessLogEntry } from '../model/access-log-entry.ts';
import { requestEventsLogName } from '../xds/names.ts';
import { authenticate, checkNode } from './authentication.ts';
import { Refusal } from './refusal.ts';
import type { Tokens } from './tokens.ts';
import { readAccessLogMessage } from './wire/access-log-message.ts';

const passBytes = (bytes: Buffer): Buffer => bytes;

export const accessLogService = {
  streamAccessLogs: {
    path: '/envoy.service.accesslog.v3.AccessLogService/StreamAccessLogs',
    requestStream: true,
    responseStream: false,
    requestSerialize: passBytes,
    requestDeserialize: passBytes,
    responseSerialize: passBytes,
    responseDeserialize: passBytes,
  },
} satisfies ServiceDefinition;

export interface AccessLogEdges {
  readonly tokens: Tokens;
  readonly refused: (refusal: Refusal) => void;
  readonly entries: (tenant: string, entries: readonly AccessLogEntry[]) => void;
}

/** Takes finished requests from a tenant's Envoy, for as long as it sends. */
export function serveAccessLogs(edges: AccessLogEdges): handleClientStreamingCall<Buffer, Buffer> {
  return (call, callback) => {
    const early: Buffer[] = [];
    let take = (bytes: Buffer): void => {
      early.push(bytes);
    };
    let isAnswered = false;
    const answer = (...parameters: Parameters<typeof callback>): void => {
      if (isAnswered) return;
      isAnswered = true;
      take = () => {};
      callback(...parameters);
    };
    const refuse = (error: unknown): void => {
      const refusal = error instanceof Refusal ? error : new Refusal(16, 'it speaks no access log service');
      if (error instanceof Refusal) edges.refused(refusal);
      answer({ code: refusal.code, details: `refused: ${refusal.message}` });
    };
    call.on('data', (bytes: Buffer) => {
      try {
        take(bytes);
      } catch (error) {
        refuse(error);
      }
    });
    call.on('end', () => answer(null, Buffer.alloc(0)));
    call.on('error', () => {});
    authenticate(edges.tokens, call.metadata)
      .then((tenant) => {
        if (isAnswered) return;
        take = reader(tenant, edges);
        for (const bytes of early) take(bytes);
      })
      .catch(refuse);
  };
}

/** Reads the messages of one stream, the first of which must say who sends them. */
function reader(tenant: string, edges: AccessLogEdges): (bytes: Buffer) => void {
  let isKnown = false;
  return (bytes) => {
    const { entries, logName, node } = readAccessLogMessage(bytes);
    if (!isKnown) {
      checkNode(tenant, node);
      if (logName !== requestEventsLogName)
        throw new Refusal(7, `nothing is known of a log named ${logName}`);
      isKnown = true;
    }
    if (entries.length > 0) edges.entries(tenant, entries);
  };
}
