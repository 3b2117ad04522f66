import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ApiState } from './api-state.ts';
import { failure, noSuchResource } from './kube-status.ts';
import type { JsonReply, Reply } from './route.ts';
import { routes } from './routes.ts';

/** Largest request body, bytes: as an API server. */
const maxBodyBytes = 3 * 1024 * 1024;

/** The body of a request is larger than is taken. */
class BodyTooLargeError extends Error {
  constructor() {
    super(`Request entity too large: limit is ${maxBodyBytes}`);
    this.name = 'BodyTooLargeError';
  }
}

/** What requests are answered from. */
export interface Serving {
  readonly state: ApiState;
  /** Answers that go on for as long as their readers stay. */
  readonly streams: Set<ServerResponse>;
  /** Aborted once all streams were ended: those that begin later end at once. */
  readonly closing: AbortSignal;
  /** Connections that became something else than HTTP. */
  readonly upgraded: Set<Duplex>;
}

/** Answers one request; what a handler throws becomes a `Status`. */
export async function answerRequest(
  request: IncomingMessage,
  response: ServerResponse,
  { state, streams, closing }: Pick<Serving, 'state' | 'streams' | 'closing'>,
): Promise<void> {
  const reply = await route(request, state).catch((error: unknown) =>
    failure(
      error instanceof BodyTooLargeError ? 'RequestEntityTooLarge' : 'InternalError',
      error instanceof Error ? error.message : String(error),
    ),
  );
  if ('stream' in reply) {
    streams.add(response);
    response.on('close', () => streams.delete(response));
    reply.stream(response);
    if (closing.aborted) response.end();
    return;
  }
  sendReply(response, reply);
}

/** Writes an answer that is no stream. */
export function sendReply(response: ServerResponse, reply: JsonReply): void {
  const body = `${reply.text ?? JSON.stringify(reply.body)}\n`;
  response.writeHead(reply.status, {
    ...reply.headers,
    'Content-Type': reply.contentType ?? 'application/json',
    'Content-Length': Buffer.byteLength(body),
  });
  response.end(body);
}

async function route(request: IncomingMessage, state: ApiState): Promise<Reply> {
  const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
  const segments = decodeSegments(path);
  if (segments === undefined) return failure('BadRequest', `the path ${path} cannot be decoded`);
  const fitting = routes.flatMap((candidate) => {
    const params = match(candidate.pattern, segments);
    return params === undefined ? [] : [{ candidate, params }];
  });
  const chosen = fitting.find(({ candidate }) => candidate.method === request.method);
  if (chosen === undefined) {
    if (fitting.length === 0) return noSuchResource();
    return failure('MethodNotAllowed', 'the server does not allow this method on the requested resource', {});
  }
  let body: Promise<Buffer> | undefined;
  const bytes = (): Promise<Buffer> => {
    body ??= readBytes(request);
    return body;
  };
  return chosen.candidate.handler({
    state,
    params: chosen.params,
    query: new URLSearchParams(query),
    contentType: (request.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '',
    headers: request.headers,
    readBody: async () => (await bytes()).toString('utf8'),
    readBytes: bytes,
  });
}

function decodeSegments(path: string): readonly string[] | undefined {
  try {
    return path
      .split('/')
      .filter((segment) => segment !== '')
      .map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

function match(pattern: string, segments: readonly string[]): Record<string, string> | undefined {
  const wanted = pattern.split('/').slice(1);
  if (wanted.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const segment = segments[index] ?? '';
    if (part.startsWith(':')) params[part.slice(1)] = segment;
    else if (part !== segment) return undefined;
  }
  return params;
}

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > maxBodyBytes) throw new BodyTooLargeError();
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}
