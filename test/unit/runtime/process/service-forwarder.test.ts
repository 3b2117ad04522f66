import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import * as trial from '../../../../src/runtime/ports/trial-bind.ts';
import { ServiceForwarder } from '../../../../src/runtime/process/service-forwarder.ts';

const address = '127.0.0.1';
let forwarder: ServiceForwarder;
let servers: Server[];
let port: number;
beforeEach(async () => {
  servers = [];
  forwarder = new ServiceForwarder(address, false);
  port = (await pod(() => {}, true)).port;
});
afterEach(() => {
  vi.restoreAllMocks();
  forwarder.close();
  for (const server of servers) server.close();
});

/** A pod; with `isClosed` only a port that nobody has. */
async function pod(onConnection: (socket: Socket) => void, isClosed = false) {
  const server = createServer({ allowHalfOpen: true }, onConnection).listen(0, address);
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('no port');
  if (isClosed) server.close();
  else servers.push(server);
  return { address, port: bound.port };
}

const named = (name: string) => pod((socket) => socket.end(name));
const ask = () => text(connect({ host: address, port }));

describe('ServiceForwarder', () => {
  it('takes the pods in turn', async () => {
    await forwarder.put([{ port, targets: [await named('a'), await named('b')] }]);
    expect([await ask(), await ask(), await ask(), await ask()].sort()).toEqual(['a', 'a', 'b', 'b']);
  });

  it('refuses connections without a pod, and takes them again with one', async () => {
    await forwarder.put([{ port, targets: [] }]);
    await expect(ask()).rejects.toThrow('ECONNREFUSED');
    await forwarder.put([{ port, targets: [await named('a')] }]);
    expect(await ask()).toBe('a');
    await forwarder.put([{ port, targets: [] }]);
    await expect(ask()).rejects.toThrow('ECONNREFUSED');
  });

  it('passes over a pod that refuses, and cuts the connection when all do', async () => {
    const gone = await pod(() => {}, true);
    await forwarder.put([{ port, targets: [gone, await named('a')] }]);
    expect([await ask(), await ask()]).toEqual(['a', 'a']);
    await forwarder.put([{ port, targets: [gone] }]);
    await expect(ask()).rejects.toThrow('ECONNRESET');
  });

  it('passes on the end of one direction without ending the other', async () => {
    const echo = await pod((socket) => {
      let received = '';
      socket.setEncoding('utf8').on('data', (chunk: string) => {
        received += chunk;
      });
      socket.on('end', () => socket.end(received.toUpperCase()));
    });
    await forwarder.put([{ port, targets: [echo] }]);
    const client = connect({ host: address, port, allowHalfOpen: true });
    client.end('hello');
    expect(await text(client)).toBe('HELLO');
  });

  it('cuts connections to a pod that is gone and leaves the others', async () => {
    const stay = await pod((socket) => socket.write('stay'));
    const leave = await pod((socket) => socket.write('leave'));
    await forwarder.put([{ port, targets: [stay, leave] }]);
    const clients = [connect({ host: address, port }), connect({ host: address, port })];
    const greetings = await Promise.all(
      clients.map(async (client) => String((await once(client, 'data'))[0])),
    );
    const leaving = clients[greetings.indexOf('leave')];
    const staying = clients[greetings.indexOf('stay')];
    if (leaving === undefined || staying === undefined) throw new Error(greetings.join());
    const cut = once(leaving, 'error');
    await forwarder.put([{ port, targets: [stay] }]);
    expect((await cut)[0]).toMatchObject({ code: 'ECONNRESET' });
    expect(staying.destroyed).toBe(false);
    staying.destroy();
  });

  it('passes a reset on', async () => {
    const rude = await pod((socket) => socket.once('data', () => socket.resetAndDestroy()));
    await forwarder.put([{ port, targets: [rude] }]);
    const client = connect({ host: address, port });
    client.write('x');
    await expect(text(client)).rejects.toThrow('ECONNRESET');
  });

  it('moves a port that needs a privilege', async () => {
    vi.spyOn(trial, 'trialBind').mockImplementation(async (socket) => ({
      type: socket.port < 1024 ? 'forbidden' : 'free',
    }));
    expect(await forwarder.put([{ port: 81, targets: [] }])).toEqual({ 81: 10_081 });
  });

  it('moves a taken port on an address that others use too', async () => {
    const shared = new ServiceForwarder(address, true);
    const taken = await named('other');
    const moved = await shared.put([{ port: taken.port, targets: [await named('a')] }]);
    port = moved[taken.port] ?? 0;
    expect(await ask()).toBe('a');
    shared.close();
  });

  it('says which port cannot be bound', async () => {
    const taken = await named('other');
    const put = forwarder.put([{ port: taken.port, targets: [await named('a')] }]);
    await expect(put).rejects.toMatchObject({ code: 'EADDRINUSE', port: taken.port });
  });
});
