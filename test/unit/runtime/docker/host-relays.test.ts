import { existsSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { HostRelays } from '../../../../src/runtime/docker/host-relays.ts';
import type { HostTarget } from '../../../../src/runtime/runtime.ts';
import { temporaryFolder } from '../../../fixtures/envoy.ts';
import { until } from '../../../fixtures/process-instance.ts';

const folder = temporaryFolder();
const sockets = join(folder.path, 'host');
const open: (() => void)[] = [];
const relays = new HostRelays(sockets);
afterEach(() => {
  relays.close();
  for (const close of open.splice(0)) close();
});

/** A server that answers with what it was told, in capitals, when the client has said everything. */
async function shouting(at: { port?: number; host?: string; path?: string } = {}): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    let text = '';
    socket.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    socket.on('error', () => {});
    socket.on('end', () => socket.end(text.toUpperCase()));
  });
  open.push(() => server.close());
  await new Promise<void>((resolve) => server.listen({ host: '127.0.0.1', port: 0, ...at }, resolve));
  return server;
}

const portOf = (server: Server) => (server.address() as AddressInfo).port;

/** What comes back through a socket of the folder; the error's code where nothing does. */
function ask(name: string, text = 'hello'): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ path: join(sockets, name), allowHalfOpen: true });
    let answer = '';
    socket.setEncoding('utf8').on('data', (part: string) => {
      answer += part;
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'));
    socket.once('close', () => resolve(answer));
    socket.end(text);
  });
}

test('leads to TCP servers, names and unix sockets; anybody in a container may open it', async () => {
  const server = await shouting();
  const port = portOf(server);
  const path = join(folder.path, 'server.sock');
  const unix = createServer((socket) => socket.on('error', () => {}).end('unix'));
  open.push(() => unix.close());
  await new Promise<void>((resolve) => unix.listen(path, resolve));
  const targets: HostTarget[] = [{ address: '127.0.0.1', port }, { address: 'localhost', port }, { path }];
  await relays.put(targets);
  expect(await ask(`127.0.0.1_${port}.sock`)).toBe('HELLO');
  expect(await ask(`localhost_${port}.sock`)).toBe('HELLO');
  const name = (await import('../../../../src/model/host-socket.ts')).hostSocketName({ path });
  expect(await ask(name)).toBe('unix');
  expect(statSync(join(sockets, name)).mode & 0o777).toBe(0o666);
});

test('passes a large body on in both directions', async () => {
  const port = portOf(await shouting());
  await relays.put([{ address: '127.0.0.1', port }]);
  const body = 'x'.repeat(3_000_000);
  expect(await ask(`127.0.0.1_${port}.sock`, body)).toBe(body.toUpperCase());
});

test('refuses while the server does, and serves as soon as it is there', async () => {
  const first = await shouting();
  const port = portOf(first);
  const name = `127.0.0.1_${port}.sock`;
  await relays.put([{ address: '127.0.0.1', port }]);
  await new Promise((resolve) => first.close(resolve));
  // Accepted before the server was asked: cut. From then on refused.
  expect(await ask(name)).not.toBe('HELLO');
  expect(['ENOENT', 'ECONNREFUSED']).toContain(await ask(name));
  await shouting({ port });
  await until(
    () => ask(name),
    (answer) => answer === 'HELLO',
  );
});

test('waits for a server that is not there at the start without holding anybody up', async () => {
  const server = await shouting();
  const port = portOf(server);
  await new Promise((resolve) => server.close(resolve));
  await relays.put([{ address: '127.0.0.1', port }]);
  expect(await ask(`127.0.0.1_${port}.sock`)).toBe('ENOENT');
});

test('cuts a client whose server cuts, and a server whose client does', async () => {
  const seen: Socket[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => {});
    seen.push(socket);
    if (seen.length === 2) socket.resetAndDestroy();
  });
  open.push(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = portOf(server);
  await relays.put([{ address: '127.0.0.1', port }]);
  await until(
    () => seen.length,
    (count) => count === 1,
  );
  const path = join(sockets, `127.0.0.1_${port}.sock`);
  const cut = connect(path);
  await new Promise<void>((resolve) => cut.once('close', () => resolve()).on('error', () => {}));
  const leaving = connect(path);
  await until(
    () => seen.length,
    (count) => count === 3,
  );
  leaving.destroy();
  await until(
    () => seen[2]?.destroyed,
    (isDestroyed) => isDestroyed === true,
  );
});

test('removes the sockets of servers that are not wanted any more; a left file does not hinder', async () => {
  const a = portOf(await shouting());
  const b = portOf(await shouting());
  await relays.put([{ address: '127.0.0.1', port: a }]);
  writeFileSync(join(sockets, `127.0.0.1_${b}.sock`), '');
  await relays.put([{ address: '127.0.0.1', port: b }]);
  expect(await ask(`127.0.0.1_${a}.sock`)).toBe('ENOENT');
  expect(await ask(`127.0.0.1_${b}.sock`)).toBe('HELLO');
  relays.close();
  expect(existsSync(join(sockets, `127.0.0.1_${b}.sock`))).toBe(false);
});
