import { afterEach, expect, test } from 'vitest';
import { startHttpbin } from '../../../sample-apps/httpbin/app.ts';
import type { SampleApp } from '../../../sample-apps/sample-app.ts';
import { freeAddress } from './free-address.ts';

const apps: SampleApp[] = [];
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()));
});

async function start(): Promise<string> {
  const address = freeAddress();
  apps.push(await startHttpbin({ address, env: {}, ports: [8000], files: {}, log: () => undefined }));
  return `http://${address}:8000`;
}

const json = async (response: Promise<Response>): Promise<Record<string, unknown>> =>
  Object(await (await response).json());

test('/get shows arguments, headers, origin and URL as seen through a proxy', async () => {
  const url = await start();
  const headers = {
    'x-forwarded-for': '10.0.0.1',
    'x-forwarded-proto': 'https',
    'x-envoy-external-address': '127.0.0.1',
    'user-agent': 'test/1',
  };
  const answer = await json(fetch(`${url}/get?a=1&b=2&b=3`, { headers }));
  const host = new URL(url).host;
  expect(answer).toMatchObject({
    args: { a: '1', b: ['2', '3'] },
    headers: { Host: host, 'User-Agent': 'test/1', 'X-Envoy-External-Address': '127.0.0.1' },
    origin: '10.0.0.1',
    url: `https://${host}/get?a=1&b=2&b=3`,
  });
  expect(answer.headers).not.toHaveProperty('X-Forwarded-Proto');
  expect(Object.keys(answer)).toEqual(['args', 'headers', 'origin', 'url']);
});

test('bodies are shown as JSON, form, files or text', async () => {
  const url = await start();
  const post = (body: string | FormData | URLSearchParams | Uint8Array<ArrayBuffer>, path = '/post') =>
    json(fetch(`${url}${path}`, { method: 'POST', body }));
  expect(await post('{"a":1}')).toMatchObject({ data: '{"a":1}', json: { a: 1 }, form: {}, files: {} });
  expect(await post(new URLSearchParams('a=1&a=2'))).toMatchObject({
    form: { a: ['1', '2'] },
    data: '',
    json: null,
  });
  const form = new FormData();
  form.set('field', 'x');
  form.set('file', new Blob(['content']), 'f.txt');
  expect(await post(form)).toMatchObject({ form: { field: 'x' }, files: { file: 'content' }, json: null });
  expect(await post(new Uint8Array([255, 254]))).toMatchObject({
    data: 'data:application/octet-stream;base64,//4=',
  });
  expect(await post('x', '/anything/deep/path')).toMatchObject({ method: 'POST', data: 'x' });
});

test('small endpoints', async () => {
  const url = await start();
  expect(await json(fetch(`${url}/ip`))).toEqual({ origin: expect.stringMatching(/^127\./) });
  expect((await json(fetch(`${url}/headers`))).headers).toHaveProperty('Host');
  expect((await fetch(`${url}/status/418`)).status).toBe(418);
  expect((await fetch(`${url}/status/503:1,200:0`, { method: 'POST' })).status).toBe(503);
  expect((await fetch(`${url}/status/x`)).status).toBe(400);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  expect((await fetch(`${url}/nothing`)).status).toBe(404);
  expect((await fetch(`${url}/get`, { method: 'HEAD' })).status).toBe(200);
  const wrong = await fetch(`${url}/get`, { method: 'POST' });
  expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
  const begin = performance.now();
  expect(await json(fetch(`${url}/delay/0.1`))).toHaveProperty('data');
  expect(performance.now() - begin).toBeGreaterThan(95);
});

test('can be told to fail', async () => {
  const url = await start();
  await fetch(`${url}/_calb/behave`, { method: 'POST', body: '{"status":500,"healthz":503}' });
  expect((await fetch(`${url}/get`)).status).toBe(500);
  expect((await fetch(`${url}/healthz`)).status).toBe(503);
  await fetch(`${url}/_calb/behave`, { method: 'DELETE' });
  expect((await fetch(`${url}/get`)).status).toBe(200);
});
