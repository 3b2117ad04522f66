import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { type AddressInfo, createServer, connect as netConnect, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createWebSocketStream, WebSocket } from 'ws';
import { type ConnectBench, pods, refusal, startConnectBench, webSocketHeaders } from './connect-bench.ts';
import { SpdyClient } from './spdy-client.ts';

let bench: ConnectBench;
/** Says what it hears in capitals, and ends when the other end does. */
let backend: Server;
const connected: Socket[] = [];

beforeEach(async () => {
  bench = await startConnectBench();
  backend = createServer((socket) => {
    connected.push(socket);
    socket.on('data', (bytes) => socket.write(bytes.toString().toUpperCase())).on('error', () => undefined);
  });
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
  const { port } = backend.address() as AddressInfo;
  bench.state.sockets.set('shop/web:80', { address: '127.0.0.1', port });
});

afterEach(async () => {
  await bench.close();
  for (const socket of connected.splice(0)) socket.destroy();
  backend.close();
});

/** SPDY within WebSocket messages: the client of `ws` takes no protocol names that are no tokens, as this one is. */
async function tunnel(path: string): Promise<Duplex> {
  const protocol = 'SPDY/3.1+portforward.k8s.io';
  const headers = { Connection: 'Upgrade', ...webSocketHeaders, 'Sec-WebSocket-Protocol': protocol };
  const request = httpRequest({ socketPath: bench.socketPath, path, headers });
  request.end();
  const [response, connection, head] = await once(request, 'upgrade');
  expect(response.headers['sec-websocket-protocol']).toBe(protocol);
  // Made as for a server's end, and turned into a client's.
  const socket: WebSocket = Reflect.construct(WebSocket, [null, undefined, {}]);
  Object.assign(socket, { _isServer: false });
  const options = { maxPayload: 0, allowSynchronousEvents: true, skipUTF8Validation: true };
  (socket as unknown as { setSocket(...all: unknown[]): void }).setSocket(connection, head, options);
  return createWebSocketStream(socket);
}

/** A connection that speaks SPDY at once. */
async function spdyUpgrade(path: string): Promise<Socket> {
  const headers = {
    Connection: 'Upgrade',
    Upgrade: 'SPDY/3.1',
    'X-Stream-Protocol-Version': 'portforward.k8s.io',
  };
  const request = httpRequest({ socketPath: bench.socketPath, path, method: 'POST', headers });
  request.end();
  const [response, socket] = await once(request, 'upgrade');
  expect(response.headers).toMatchObject({
    ...{ upgrade: 'SPDY/3.1', 'x-stream-protocol-version': 'portforward.k8s.io' },
  });
  return socket;
}

async function openPair(client: SpdyClient, port: number, requestID = '0') {
  const errors = await client.open({ streamType: 'error', port: String(port), requestID });
  const data = await client.open({ streamType: 'data', port: String(port), requestID });
  return { errors, data };
}

describe('port-forward', () => {
  test('passes bytes both ways, as kubectl speaks it and as it did before', async () => {
    for (const kind of ['tunnel', 'spdy']) {
      const path = `${pods}/web/portforward`;
      const client = new SpdyClient(await (kind === 'spdy' ? spdyUpgrade(path) : tunnel(path)));
      const first = await openPair(client, 80);
      const second = await openPair(client, 80, '1');
      client.send(first.errors, '', true);
      client.send(first.data, 'hello ');
      client.send(first.data, 'there');
      client.send(second.data, 'others', true);
      await expect.poll(() => client.stream(first.data).text).toBe('HELLO THERE');
      await expect.poll(() => client.stream(second.data)).toMatchObject({ text: 'OTHERS', isEnded: true });
      await expect.poll(() => client.stream(second.errors)).toMatchObject({ text: '', isEnded: true });
      client.send(first.data, '', true);
      await expect.poll(() => client.stream(first.errors)).toMatchObject({ text: '', isEnded: true });
      expect([...client.streams.values()].every(({ isReplied }) => isReplied)).toBe(true);
      client.end();
    }
  });

  test('says why a port cannot be reached, and serves the others on', async () => {
    const { port } = backend.address() as AddressInfo;
    bench.state.sockets.set('shop/web:81', { address: '127.0.0.2', port });
    const client = new SpdyClient(await spdyUpgrade(`${pods}/web/portforward`));
    const refused = await openPair(client, 81);
    const unknown = await openPair(client, 82, '1');
    const good = await openPair(client, 80, '2');
    client.send(good.data, 'x');
    await expect.poll(() => client.stream(good.data).text).toBe('X');
    await expect
      .poll(() => client.stream(refused.errors).text)
      .toContain('error forwarding port 81 to pod shop/web: connect ECONNREFUSED 127.0.0.2');
    expect(client.stream(unknown.errors).text).toContain('port 82 to pod shop/web: nothing listens there');
    expect(client.stream(refused.data).isReset).toBe(true);
    client.end();
  });

  test('ends the connections into the pod when the client goes, and answers pings', async () => {
    const connection = await spdyUpgrade(`${pods}/web/portforward`);
    const client = new SpdyClient(connection);
    const pair = await openPair(client, 80);
    client.send(pair.data, 'x');
    await expect.poll(() => client.stream(pair.data).text).toBe('X');
    client.write(Buffer.from([0x80, 3, 0, 6, 0, 0, 0, 4, 0, 0, 0, 9]));
    await expect.poll(() => client.pings).toEqual([Buffer.from([0, 0, 0, 9])]);
    const closed = once(connected[0] as Socket, 'close');
    connection.destroy();
    await closed;
  });

  test.each([
    ['another version', [0x80, 2, 0, 1, 0, 0, 0, 0]],
    ['a huge frame', [0x80, 3, 0, 1, 0, 0xff, 0xff, 0xff]],
    ['a stream without headers', [0x80, 3, 0, 1, 0, 0, 0, 2, 0, 0]],
    [
      'headers that are not compressed',
      [0x80, 3, 0, 1, 0, 0, 0, 14, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4],
    ],
  ])('ends a connection that sends %s', async (_what, bytes) => {
    const connection = await spdyUpgrade(`${pods}/web/portforward`);
    const closed = once(connection.on('error', () => undefined).resume(), 'close');
    connection.write(Buffer.from(bytes));
    await closed;
  });

  test('does not keep the instance from stopping', async () => {
    const client = new SpdyClient(await spdyUpgrade(`${pods}/web/portforward`));
    const pair = await openPair(client, 80);
    client.send(pair.data, 'x');
    await expect.poll(() => client.stream(pair.data).text).toBe('X');
    await bench.api.close();
    await client.ended;
  });
});

test('requests to upgrade to something else are answered as any other', async () => {
  expect(await refusal(bench.socketPath, '/version', { Upgrade: 'h2c' })).toMatchObject({
    status: 200,
    body: { major: '1' },
  });
  expect(await refusal(bench.socketPath, `${pods}/web`, webSocketHeaders)).toMatchObject({
    status: 200,
    body: { kind: 'Pod' },
  });
});

test('connections that break while they upgrade do no harm', async () => {
  const socket = netConnect(bench.socketPath);
  socket.write(
    `GET ${pods}/web/portforward HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
  );
  socket.destroy();
  expect(await refusal(bench.socketPath, '/version', { Upgrade: 'h2c' })).toMatchObject({ status: 200 });
});
