import { once } from 'node:events';
import http2, { type ServerHttp2Session } from 'node:http2';
import net from 'node:net';
import { expect, test, vi } from 'vitest';
import { loadOrCreateCertificates } from '../../../src/control-plane/certificates.ts';
import { startGrpcServer } from '../../../src/control-plane/grpc-server.ts';

/** What no connection of these tests asks for. */
const unused = {} as never;

test('closes although a connection is just breaking', async () => {
  const create = vi.spyOn(http2, 'createSecureServer');
  const certificates = await loadOrCreateCertificates({ read: () => undefined, write: () => {} });
  const server = startGrpcServer({ certificates, discovery: unused, accessLogs: unused });
  const session = new Promise<ServerHttp2Session>((resolve) =>
    create.mock.results[0]?.value.once('session', resolve),
  );
  const queue = net.createServer((connection) => server.take(connection)).listen(0, '127.0.0.1');
  await once(queue, 'listening');
  const { port } = queue.address() as net.AddressInfo;
  const client = http2.connect(`https://127.0.0.1:${port}`, { rejectUnauthorized: false });
  client.on('error', () => {});
  // From here until it says so itself, it is neither open nor closed.
  (await session).destroy();
  await expect(server.close()).resolves.toBeUndefined();
  client.destroy();
  queue.close();
  create.mockRestore();
});
