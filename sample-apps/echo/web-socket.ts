import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';

const server = new WebSocketServer({ noServer: true, perMessageDeflate: false });

/** Completes a WebSocket handshake and sends every frame back, text as text and binary as binary. */
export function echoWebSocket(request: IncomingMessage, socket: Duplex, head: Buffer): void {
  server.handleUpgrade(request, socket, head, (webSocket) => {
    webSocket.on('error', () => webSocket.terminate());
    webSocket.on('message', (data, isBinary) => webSocket.send(data, { binary: isBinary }));
  });
}
