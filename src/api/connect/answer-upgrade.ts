import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { answerRequest, type Serving, sendReply } from '../answer-request.ts';
import type { ApiState } from '../api-state.ts';
import { isTrue } from '../read/watch-objects.ts';
import type { JsonReply } from '../route.ts';
import { type PodConnection, podConnection, refusedConnection } from './pod-connection.ts';
import { forwardPorts, portForwardProtocol } from './port-forward.ts';
import { remoteCommandProtocols, serveRemoteCommand } from './remote-command.ts';

/** A connection that asks to become another one. */
export interface Upgrade {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  /** What came after the request already. */
  readonly head: Buffer;
}

/** Beginning of protocols that are SPDY within WebSocket messages. */
const tunnelPrefix = 'SPDY/3.1+';

/** Answers a request to upgrade: connections into pods are, all else is answered as any request. */
export async function answerUpgrade(upgrade: Upgrade, serving: Serving): Promise<void> {
  const { request, socket } = upgrade;
  socket.on('error', () => undefined);
  const connection = podConnection(request.url ?? '');
  const protocol = connection && protocolFor(connection, request);
  if (connection === undefined || protocol === undefined) return answerPlainly(upgrade, serving);
  const refusal = refusedConnection(serving.state, connection);
  if (refusal !== undefined && 'body' in refusal) return refuseUpgrade(upgrade, refusal);
  if (protocol === 'SPDY/3.1') return serveSpdyUpgrade(upgrade, serving.state, connection);
  const { WebSocketServer, createWebSocketStream } = await import('ws');
  // The names of tunnels are no tokens, as names of protocols should be.
  request.headers['sec-websocket-protocol'] = protocol.replaceAll('/', '-');
  const server = new WebSocketServer({
    ...{ noServer: true, maxPayload: 4 * 1024 * 1024, perMessageDeflate: false },
    handleProtocols: () => protocol,
  });
  server.handleUpgrade(request, socket, upgrade.head, (webSocket) => {
    if (connection.type !== 'portforward') void serveProgram(webSocket, serving.state, connection);
    else void forwardPorts(createWebSocketStream(webSocket), portForward(serving.state, connection));
  });
}

/** Says no on a connection that asked to become another one. */
export function refuseUpgrade(upgrade: Upgrade, reply: JsonReply): void {
  sendReply(responseTo(upgrade), reply);
}

/** The protocol to speak; `undefined` for none that is known. */
function protocolFor({ type }: PodConnection, { headers }: IncomingMessage): string | undefined {
  const upgrade = String(headers.upgrade ?? '').toLowerCase();
  if (upgrade === 'spdy/3.1') return type === 'portforward' ? 'SPDY/3.1' : undefined;
  if (upgrade !== 'websocket') return undefined;
  const offered = String(headers['sec-websocket-protocol'] ?? '')
    .split(',')
    .map((name) => name.trim());
  const known =
    type === 'portforward' ? [`${tunnelPrefix}${portForwardProtocol}`] : [...remoteCommandProtocols];
  return known.find((protocol) => offered.includes(protocol));
}

function serveSpdyUpgrade({ socket, head }: Upgrade, state: ApiState, connection: PodConnection): void {
  const answer = ['HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', 'Upgrade: SPDY/3.1'];
  socket.write([...answer, `X-Stream-Protocol-Version: ${portForwardProtocol}`, '', ''].join('\r\n'));
  if (head.length > 0) socket.unshift(head);
  void forwardPorts(socket, portForward(state, connection));
}

function portForward(state: ApiState, { namespace, name }: PodConnection) {
  return {
    pod: `${namespace}/${name}`,
    socketOf: (port: number) => state.podSocket(namespace, name, port),
  };
}

async function serveProgram(
  webSocket: WebSocket,
  { programs }: ApiState,
  connection: PodConnection,
): Promise<void> {
  const { type, query } = connection;
  const request = {
    command: query.getAll('command'),
    stdin: isTrue(query.get('stdin')),
    tty: isTrue(query.get('tty')),
  };
  await serveRemoteCommand(webSocket, async (onOutput) => {
    if (programs === undefined) throw new Error('nothing runs in containers here');
    if (type === 'exec') return programs.exec(connection, request, onOutput);
    return programs.attach(connection, onOutput);
  });
}

function answerPlainly(upgrade: Upgrade, serving: Serving): Promise<void> {
  const response = responseTo(upgrade);
  return answerRequest(upgrade.request, response, serving);
}

/** An answer on a connection that ends with it. */
function responseTo({ request, socket }: Upgrade): ServerResponse {
  const response = new ServerResponse(request);
  // A stream, though its type says a socket of the network.
  response.assignSocket(socket as Parameters<ServerResponse['assignSocket']>[0]);
  response.shouldKeepAlive = false;
  response.once('finish', () => socket.end());
  return response;
}
