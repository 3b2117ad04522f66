import { afterEach, beforeEach, expect, test } from 'vitest';
import { InstanceClient } from '../../../../cli/client.ts';
import { type LiveApi, startLiveApi } from '../../../fixtures/live-api.ts';

const path = '/api/v1/namespaces/default/configmaps';

let api: LiveApi;
beforeEach(async () => {
  api = await startLiveApi();
  for (const name of ['e', 'c', 'a', 'd', 'b']) await create(name, { app: name < 'c' ? 'one' : 'two' });
});
afterEach(() => api.close());

async function create(name: string, labels: Readonly<Record<string, string>> = {}): Promise<void> {
  const made = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels } };
  expect((await api.call('POST', path, made)).status).toBe(201);
}

async function page(query: string) {
  const { status, body } = await api.call('GET', `${path}?${query}`);
  const items: readonly { metadata: { name: string } }[] = body.items ?? [];
  return { status, body, meta: body.metadata, names: items.map(({ metadata }) => metadata.name).join('') };
}

test('a list comes in pages, which all show what was there at the first one', async () => {
  const first = await page('limit=2');
  expect(first).toMatchObject({ names: 'ab', meta: { remainingItemCount: 3 } });
  await api.call('DELETE', `${path}/d`);
  await create('cc');
  const second = await page(`limit=2&continue=${first.meta.continue}`);
  expect(second).toMatchObject({ names: 'cd', meta: { resourceVersion: first.meta.resourceVersion } });
  const last = await page(`limit=2&continue=${second.meta.continue}`);
  expect(last.names).toBe('e');
  expect(last.meta).not.toHaveProperty('continue');
  expect((await page('')).names).toBe('abccce');
});

test('pages of what a selector leaves do not count the rest', async () => {
  const first = await page('limit=1&labelSelector=app%3Done');
  expect(first.names).toBe('a');
  expect(first.meta).not.toHaveProperty('remainingItemCount');
  expect(await page(`limit=1&labelSelector=app%3Done&continue=${first.meta.continue}`)).toMatchObject({
    names: 'b',
  });
});

test('a list as it was at an exact version, and versions that there are not', async () => {
  const { resourceVersion } = (await page('')).meta;
  await api.call('DELETE', `${path}/a`);
  const exact = `resourceVersion=${resourceVersion}&resourceVersionMatch=Exact`;
  expect((await page(exact)).names).toBe('abcde');
  expect((await page(`resourceVersion=${resourceVersion}`)).names).toBe('bcde');
  const tooOld = await page('resourceVersion=5&resourceVersionMatch=Exact');
  expect(tooOld).toMatchObject({ status: 410, body: { reason: 'Expired' } });
  const tooLarge = await page(`resourceVersion=${Number(resourceVersion) + 1000}`);
  expect(tooLarge).toMatchObject({ status: 504, body: { reason: 'Timeout' } });
  expect(await page('resourceVersion=x')).toMatchObject({ status: 400 });
  expect(await page('continue=x')).toMatchObject({ status: 400 });
});

test('a watch from a version that is too old is told so', async () => {
  const { status, body } = await page('watch=true&resourceVersion=5');
  expect(status).toBe(410);
  expect(body).toMatchObject({ kind: 'Status', reason: 'Expired', code: 410 });
});

test('a watch with initial events marks their end, and follows what the selector selects', async () => {
  const client = new InstanceClient({ name: 'demo', apiSocket: api.socketPath });
  const reading = new AbortController();
  const query = 'watch=true&sendInitialEvents=true&allowWatchBookmarks=true&labelSelector=app%3Done';
  const seen: string[] = [];
  const label = (name: string, app: string) =>
    api.call('PATCH', `${path}/${name}`, { metadata: { labels: { app } } }, 'application/merge-patch+json');
  for await (const events of client.lines<{
    type: string;
    object: { metadata: { name?: string; annotations?: Record<string, string> } };
  }>(`${path}?${query}`, reading)) {
    for (const { type, object } of events) {
      const mark = object.metadata.annotations?.['k8s.io/initial-events-end'];
      seen.push(`${type} ${object.metadata.name ?? mark}`);
      if (type === 'BOOKMARK') {
        await label('c', 'one');
        await label('a', 'two');
        await label('d', 'three');
        await api.call('DELETE', `${path}/b`);
      }
    }
    if (seen.at(-1) === 'DELETED b') reading.abort();
  }
  expect(seen).toEqual(['ADDED a', 'ADDED b', 'BOOKMARK true', 'ADDED c', 'DELETED a', 'DELETED b']);
});
