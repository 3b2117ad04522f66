import { chmodSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { ApiState } from './api-state.ts';
import { failure, noSuchResource } from './kube-status.ts';
import type { Reply } from './route.ts';
import { routes } from './routes.ts';

/** Largest request body, bytes. */
const maxBodyBytes = 1024 * 1024;

export interface ApiOptions {
  /** Path of the unix socket; must not exist yet. Its folder should be readable by this user only. */
  readonly socketPath: string;
  readonly state: ApiState;
}

export interface Api {
  /** Ends all streams and removes the socket. Idempotent. */
  close(): Promise<void>;
}

/**
 * Serves an instance's state over HTTP on a unix socket that only this user can open: Kubernetes' paths and shapes for
 * reading, `/calb/v1/…` for what Kubernetes does not have.
 *
 * @throws when the socket cannot be made
 */
export async function startApi({ socketPath, state }: ApiOptions): Promise<Api> {
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    answer(request, response, state).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, () => {
      server.off('error', reject);
      resolve();
    });
  });
  chmodSync(socketPath, 0o600);
  let closing: Promise<void> | undefined;
  return {
    close() {
      closing ??= new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      return closing;
    },
  };
}

async function answer(request: IncomingMessage, response: ServerResponse, state: ApiState): Promise<void> {
  const reply = await route(request, state).catch((error: unknown) =>
    failure('InternalError', error instanceof Error ? error.message : String(error)),
  );
  if ('stream' in reply) {
    reply.stream(response);
    return;
  }
  const body = `${JSON.stringify(reply.body)}\n`;
  response.writeHead(reply.status, {
    'Content-Type': 'application/json',
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
  return chosen.candidate.handler({
    state,
    params: chosen.params,
    query: new URLSearchParams(query),
    contentType: (request.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '',
    readBody: () => readBody(request),
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

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    length += bytes.length;
    if (length > maxBodyBytes) throw new Error(`the request body is larger than ${maxBodyBytes} bytes`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}
