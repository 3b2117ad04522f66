import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect as connectHttp2 } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { startEcho } from '../../../sample-apps/echo/app.ts';
import type { SampleApp, SampleAppOptions } from '../../../sample-apps/sample-app.ts';
import { freeAddress } from './free-address.ts';

const apps: SampleApp[] = [];
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()));
});

async function start(options: Partial<SampleAppOptions> = {}) {
  const address = freeAddress();
  const lines: string[] = [];
  const app = await startEcho({
    address,
    env: {},
    ports: [],
    files: {},
    log: (l) => lines.push(l),
    ...options,
  });
  apps.push(app);
  return { app, address, lines, url: `http://${address}:3000` };
}

/** Sends raw bytes and collects the answer until the other side ends or `until` is seen. */
async function raw(address: string, port: number, text: string, until?: string): Promise<string> {
  const socket = connect(port, address);
  socket.write(text);
  let answer = '';
  for await (const chunk of socket) {
    answer += chunk;
    if (until !== undefined && answer.includes(until)) break;
  }
  socket.destroy();
  return answer;
}

test('describes a request with canonical header names, its identity and no Host header', async () => {
  const env = { NAMESPACE: 'team-a', POD_NAME: 'web-1', SERVICE_NAME: 'web', INGRESS_NAME: 'in' };
  const { address, lines } = await start({ env });
  const answer = await raw(
    address,
    3000,
    'GET /a//b?x=1 HTTP/1.1\r\nhOST: www.example.com:80\r\nx-my-HEADER: 1\r\nX-My-Header: 2\r\nConnection: close\r\n\r\n',
  );
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  expect(head).toContain('HTTP/1.1 200 OK');
  expect(head).toContain('Content-Type: application/json\r\n');
  expect(head).toContain('X-Content-Type-Options: nosniff');
  expect(JSON.parse(body)).toEqual({
    path: '/a//b?x=1',
    host: 'www.example.com:80',
    method: 'GET',
    proto: 'HTTP/1.1',
    headers: { Connection: ['close'], 'X-My-Header': ['1', '2'] },
    httpPort: '3000',
    namespace: 'team-a',
    ingress: 'in',
    service: 'web',
    pod: 'web-1',
  });
  expect(lines.at(-1)).toMatch(
    /^Echoing back request made to \/a\/\/b\?x=1 to client \(127\.\d+\.\d+\.\d+:\d+\)$/,
  );
});

test('answers health checks, statuses and delays', async () => {
  const { url } = await start();
  expect(await (await fetch(`${url}/health`)).text()).toBe('OK');
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  expect((await fetch(`${url}//status//418`)).status).toBe(400);
  expect((await fetch(`${url}/status/418`)).status).toBe(418);
  expect((await fetch(`${url}/status/204`)).status).toBe(204);
  expect((await fetch(`${url}/status/nope`)).status).toBe(400);
  const begin = performance.now();
  expect((await fetch(`${url}/?delay=120ms`)).status).toBe(200);
  expect(performance.now() - begin).toBeGreaterThan(115);
  const bad = await fetch(`${url}/?delay=12`);
  expect(bad.status).toBe(500);
  expect(await bad.json()).toEqual({ message: 'time: missing unit in duration "12"' });
});

test('sets the response headers that X-Echo-Set-Header asks for, keeping their case', async () => {
  const { address } = await start();
  const answer = await raw(
    address,
    3000,
    'GET / HTTP/1.1\r\nHost: a\r\nx-echo-set-header: My-hEader:one, other: 2 ,My-hEader:two,:x,bad name:1\r\nConnection: close\r\n\r\n',
  );
  expect(answer).toContain('\r\nMy-hEader: one,two\r\n');
  expect(answer).toContain('\r\nother: 2\r\n');
  expect(answer).not.toContain('bad name:1\r\nContent');
  expect((await fetch(`http://${address}:3000/`, { headers: { 'X-Echo-Set-Header': '' } })).status).toBe(200);
});

test('simulates a flaky backend under /retry/', async () => {
  const { url, address } = await start();
  expect((await fetch(`${url}/retry/x`)).status).toBe(400);
  const failing = `${url}/retry/x?uuid=a&succeedAfter=2&responseCode=503`;
  expect((await fetch(failing)).status).toBe(503);
  expect((await fetch(failing)).status).toBe(503);
  expect((await fetch(failing)).status).toBe(200);
  const socket = connect(3000, address);
  socket.write('GET /retry/x?uuid=b&succeedAfter=1 HTTP/1.1\r\nHost: a\r\n\r\n');
  const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
  expect(error.code).toBe('ECONNRESET');
});

test('speaks h2c with prior knowledge and refuses plain HTTP/1.1 on the h2c port', async () => {
  const { address } = await start();
  const answer = await raw(address, 3001, 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  expect(answer).toContain('400 Bad Request');
  expect(answer).toContain('Expected h2c request');
  const upgrade = 'GET /up HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, close\r\nUpgrade: h2c\r\n\r\n';
  expect(await raw(address, 3001, upgrade, '"path"')).toContain('200 OK');
  expect(await http2Get(`http://${address}:3001`, '/x', 'www.example.com')).toMatchObject({
    path: '/x',
    host: 'www.example.com',
    proto: 'HTTP/2.0',
  });
});

test('serves further ports with HTTP/1.1 and h2c', async () => {
  const { address } = await start({ ports: [9090, 3000] });
  expect((await fetch(`http://${address}:9090/`)).status).toBe(200);
  expect(await http2Get(`http://${address}:9090`, '/y', 'a')).toMatchObject({
    proto: 'HTTP/2.0',
    path: '/y',
  });
});

async function http2Get(origin: string, path: string, authority: string): Promise<unknown> {
  const session = connectHttp2(origin);
  const stream = session.request({ ':path': path, ':authority': authority });
  let body = '';
  for await (const chunk of stream) body += chunk;
  session.close();
  return JSON.parse(body);
}

test('echoes WebSocket frames on /ws and treats other upgrades as ordinary requests', async () => {
  const { address } = await start();
  const socket = new WebSocket(`ws://${address}:3000/ws`);
  await once(socket, 'open');
  socket.send('hello');
  const [text, isBinary] = await once(socket, 'message');
  expect([String(text), isBinary]).toEqual(['hello', false]);
  socket.send(Buffer.from([1, 2]));
  expect(await once(socket, 'message')).toEqual([Buffer.from([1, 2]), true]);
  socket.terminate();
  const other = 'GET /other HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: foo\r\n\r\n';
  expect(await raw(address, 3000, other)).toContain('"path": "/other"');
});

test('fails, delays and hangs when told to, and only when told directly', async () => {
  const { url, app } = await start();
  const behave = (body: unknown, headers: Record<string, string> = {}) =>
    fetch(`${url}/_calb/behave`, { method: 'POST', body: JSON.stringify(body), headers });
  expect((await behave({ status: 503 })).status).toBe(200);
  expect((await fetch(`${url}/get`)).status).toBe(503);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  await behave({ healthz: 500 });
  expect((await fetch(`${url}/get`)).status).toBe(200);
  expect((await fetch(`${url}/healthz`)).status).toBe(500);
  expect(await (await fetch(`${url}/_calb/behave`)).json()).toEqual({ healthz: 500 });
  const typo = await behave({ statsu: 503 });
  expect(typo.status).toBe(400);
  expect(await typo.text()).toContain('unknown field "statsu"');
  // What a client of a gateway sends never changes the pod.
  const proxied = await behave({ status: 500 }, { 'x-forwarded-proto': 'http' });
  expect(await proxied.json()).toMatchObject({ path: '/_calb/behave' });
  expect((await fetch(`${url}/get`)).status).toBe(200);
  app.behave({ hang: true });
  await expect(fetch(`${url}/get`, { signal: AbortSignal.timeout(100) })).rejects.toThrow();
  app.behave({});
  expect((await fetch(`${url}/get`)).status).toBe(200);
});

test('cuts open connections when it is closed, and frees its ports', async () => {
  const { app, address, url } = await start();
  app.behave({ hang: true });
  const hanging = httpRequest(`${url}/`);
  hanging.end();
  const [socket] = (await once(hanging, 'socket')) as [Socket];
  await once(socket, 'connect');
  const failed = once(hanging, 'error');
  expect(app.ready).toBe(true);
  await app.close();
  expect(app.ready).toBe(false);
  await failed;
  await expect(fetch(`${url}/`)).rejects.toThrow();
  apps.push(await startEcho({ address, env: {}, ports: [], files: {}, log: () => undefined }));
});

test('says which port it cannot have, and leaves nothing open', async () => {
  const { address } = await start({ env: { HTTP_PORT: '4000', H2C_PORT: '4001' } });
  const options = { address, env: {}, files: {}, log: () => undefined };
  await expect(startEcho({ ...options, ports: [4000] })).rejects.toThrow(/EADDRINUSE.*4000/);
  await expect(fetch(`http://${address}:3000/`)).rejects.toThrow();
  await expect(startEcho({ ...options, env: { HTTP_PORT: 'x' }, ports: [] })).rejects.toThrow(
    'HTTP_PORT is "x"',
  );
});
