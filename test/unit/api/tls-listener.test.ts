import { mkdtempSync, rmSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { Agent, request } from 'undici';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Api, startApi } from '../../../src/api/start-api.ts';
import { type Certificates, loadOrCreateCertificates } from '../../../src/control-plane/certificates.ts';
import { FakeState } from './fake-state.ts';

const token = 'the-token';
let certificates: Certificates;
let folder: string;
let api: Api;
let port: number;
let agent: Agent;

beforeAll(async () => {
  certificates = await loadOrCreateCertificates({ read: () => undefined, write: () => {} });
});

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tls-'));
  api = await startApi({ socketPath: join(folder, 'api.sock'), state: new FakeState() });
  ({ port } = await api.listenTls({ ...certificates, token, preferredPort: 0 }));
  // The name is what is tested: a page of elsewhere would have a certificate for its own.
  const checkServerIdentity = () => undefined;
  agent = new Agent({ connect: { ca: certificates.caCertificate, checkServerIdentity } });
});

afterEach(async () => {
  await agent.destroy();
  await api.close();
  rmSync(folder, { recursive: true });
});

async function get(headers: Record<string, string>, path = '/version', host = '127.0.0.1') {
  const {
    statusCode,
    body,
    headers: answered,
  } = await request(`https://${host}:${port}${path}`, {
    dispatcher: agent,
    headers,
  });
  return { status: statusCode, body: Object(await body.json()), headers: answered };
}

const bearer = { authorization: `Bearer ${token}` };

test('serves whoever brings the token, by the addresses and names of this machine', async () => {
  expect(await get(bearer)).toMatchObject({ status: 200, body: { major: '1' } });
  expect(await get(bearer, '/version', 'localhost')).toMatchObject({ status: 200 });
  expect(await get({ authorization: `bearer ${token}` })).toMatchObject({ status: 200 });
});

test.each([
  ['no token', {}],
  ['another token', { authorization: 'Bearer other' }],
  ['a longer token', { authorization: `Bearer ${token}x` }],
  ['a password', { authorization: `Basic ${token}` }],
])('refuses %s as Kubernetes does', async (_what, headers) => {
  const answer = await get(headers, '/api/v1/namespaces/default/secrets');
  expect(answer).toMatchObject({
    status: 401,
    body: { kind: 'Status', reason: 'Unauthorized', code: 401 },
    headers: { 'www-authenticate': 'Bearer' },
  });
});

test.each([
  ['a page of elsewhere', { ...bearer, origin: 'https://elsewhere.example' }],
  ['a page of this machine', { ...bearer, origin: 'http://localhost:3000' }],
  ['another host name', { ...bearer, host: 'rebound.example' }],
])('refuses %s, even with the token', async (_what, headers) => {
  expect(await get(headers)).toMatchObject({ status: 403, body: { kind: 'Status', reason: 'Forbidden' } });
});

test('has the preferred port where it is free, and another one where it is not', async () => {
  const second = await api.listenTls({ ...certificates, token, preferredPort: port });
  expect(second.port).not.toBe(port);
  await new Promise((resolve) => second.server.close(resolve));
  const third = await api.listenTls({ ...certificates, token, preferredPort: second.port });
  expect(third.port).toBe(second.port);
});

test('connections that say nothing, garbage or half of something keep nobody from being served', async () => {
  const silent = Array.from({ length: 200 }, () => connectTcp({ port, host: '127.0.0.1' }));
  const garbage = connectTcp({ port, host: '127.0.0.1' });
  garbage.on('error', () => {});
  garbage.write('GET / HTTP/1.1\r\n\r\n');
  const half = connectTls({ port, host: '127.0.0.1', ca: certificates.caCertificate });
  half.on('error', () => {});
  half.write(`POST /calb/v1/reread HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\n`);
  half.write('Content-Length: 100\r\n\r\n{');
  expect(await get(bearer)).toMatchObject({ status: 200 });
  for (const socket of [...silent, garbage, half]) socket.destroy();
});
