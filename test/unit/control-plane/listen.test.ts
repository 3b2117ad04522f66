import { statSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import tls from 'node:tls';
import { afterEach, expect, test } from 'vitest';
import type { Address } from '../../../src/model/address.ts';
import { startTestControlPlane, type TestControlPlane } from '../../fixtures/control-plane.ts';
import { temporaryFolder } from '../../fixtures/envoy.ts';

const folder = temporaryFolder();
let plane: TestControlPlane | undefined;
afterEach(async () => {
  await plane?.controlPlane.close();
  folder.remove();
});

/** The name in the certificate of who answers there. */
function nameOf(at: Address): Promise<string | undefined> {
  const socket = tls.connect({
    ...('path' in at ? { path: at.path } : { host: at.address, port: at.port }),
    ALPNProtocols: ['h2'],
    rejectUnauthorized: false,
  });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      resolve(socket.getPeerCertificate().subjectaltname);
      socket.destroy();
    });
  });
}

test('serves wherever it is told to listen, with the same certificate; anybody may open the unix socket', async () => {
  plane = await startTestControlPlane();
  const { controlPlane } = plane;
  const path = join(folder.path, 'cp.sock');
  // A file that a killed instance left must not hinder.
  writeFileSync(path, '');
  const places = [
    await controlPlane.listen({ path }),
    await controlPlane.listen({ address: '127.0.0.1', port: 0 }),
    await controlPlane.listen({ address: '::1', port: 0 }),
  ];
  expect(places[0]).toEqual({ path });
  expect(places[1]).toMatchObject({ address: '127.0.0.1', port: expect.any(Number) });
  expect(statSync(path).mode & 0o777).toBe(0o666);
  for (const place of places) expect(await nameOf(place)).toMatch(/^DNS:calb-cp\.local\b/);
  await controlPlane.close();
  await expect(nameOf({ path })).rejects.toThrow();
});

test('says that an address cannot be had, and serves on', async () => {
  plane = await startTestControlPlane();
  const { controlPlane } = plane;
  const other = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as net.AddressInfo;
  await expect(controlPlane.listen({ address: '127.0.0.1', port })).rejects.toThrow(/EADDRINUSE/);
  other.close();
  expect(await controlPlane.listen({ address: '127.0.0.1', port })).toEqual({ address: '127.0.0.1', port });
});
