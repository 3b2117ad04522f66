import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LiveApi, startLiveApi } from '../../../fixtures/live-api.ts';
import { configMap, configMaps, merge, route, routes } from './objects.ts';

let api: LiveApi;

beforeEach(async () => {
  api = await startLiveApi();
});

afterEach(() => api.close());

describe('DELETE', () => {
  test('answers with a Status, and 404 the second time', async () => {
    const { body: made } = await api.call('POST', routes, route('a'));
    expect((await api.call('DELETE', `${routes}/a`, { propagationPolicy: 'Background' })).body).toMatchObject(
      {
        kind: 'Status',
        status: 'Success',
        details: {
          name: 'a',
          group: 'gateway.networking.k8s.io',
          kind: 'httproutes',
          uid: made.metadata.uid,
        },
      },
    );
    expect((await api.call('DELETE', `${routes}/a`)).status).toBe(404);
    expect((await api.call('POST', routes, route('a'))).body.metadata.uid).not.toBe(made.metadata.uid);
  });

  test('under a precondition that does not hold is refused', async () => {
    await api.call('POST', routes, route('a'));
    const refused = await api.call('DELETE', `${routes}/a`, { preconditions: { uid: 'other' } });
    expect(refused.body).toMatchObject({
      code: 409,
      message: expect.stringContaining('UID in precondition: other'),
    });
    expect((await api.call('DELETE', `${routes}/a`, { propagationPolicy: 'Sideways' })).status).toBe(400);
    expect((await api.call('DELETE', `${routes}/a`, '{')).status).toBe(400);
    expect((await api.call('GET', `${routes}/a`)).status).toBe(200);
  });

  test('of an object with finalizers marks it; it goes with the last of them', async () => {
    await api.call('POST', configMaps, configMap('c', {}, { finalizers: ['example.com/hold'] }));
    const marked = await api.call('DELETE', `${configMaps}/c`);
    expect(marked.body.metadata.deletionTimestamp).toMatch(/Z$/);
    const more = { metadata: { finalizers: ['example.com/hold', 'example.com/more'] } };
    expect((await api.call('PATCH', `${configMaps}/c`, more, merge)).body.message).toContain(
      'no new finalizers can be added',
    );
    expect((await api.call('PATCH', `${configMaps}/c`, { data: { a: 'c' } }, merge)).status).toBe(200);
    expect(
      (await api.call('PATCH', `${configMaps}/c`, { metadata: { finalizers: null } }, merge)).status,
    ).toBe(200);
    expect((await api.call('GET', `${configMaps}/c`)).status).toBe(404);
  });

  test('takes what the object owns, unless it shall be left', async () => {
    const { body: owner } = await api.call('POST', configMaps, configMap('owner'));
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: owner.metadata.uid }];
    const { body: child } = await api.call('POST', configMaps, configMap('child', {}, { ownerReferences }));
    const grandchild = [{ ...ownerReferences[0], name: 'child', uid: child.metadata.uid }];
    await api.call('POST', configMaps, configMap('grandchild', {}, { ownerReferences: grandchild }));
    await api.call('DELETE', `${configMaps}/owner?propagationPolicy=Orphan`);
    expect((await api.call('GET', `${configMaps}/child`)).status).toBe(200);
    await api.call('DELETE', `${configMaps}/child`);
    expect((await api.call('GET', `${configMaps}/grandchild`)).status).toBe(404);
  });

  test('of a Namespace takes everything in it, declared or not; `default` stays', async () => {
    api.save('a.yaml', JSON.stringify({ ...configMap('declared', {}, { namespace: 'team' }) }));
    await api.call('POST', '/api/v1/namespaces/team/configmaps', configMap('written'));
    expect((await api.call('DELETE', '/api/v1/namespaces/team')).status).toBe(200);
    expect((await api.call('GET', '/api/v1/namespaces/team')).status).toBe(404);
    expect((await api.call('GET', '/api/v1/namespaces/team/configmaps')).body.items).toEqual([]);
    expect((await api.call('DELETE', '/api/v1/namespaces/default')).body).toMatchObject({
      code: 403,
      reason: 'Forbidden',
    });
  });

  test('of a collection takes what is selected', async () => {
    await api.call('POST', configMaps, configMap('a', {}, { labels: { x: '1' } }));
    await api.call('POST', configMaps, configMap('b', {}, { labels: { x: '2' } }));
    expect((await api.call('DELETE', `${configMaps}?labelSelector=x%3D1`)).body.status).toBe('Success');
    const { items } = (await api.call('GET', configMaps)).body;
    expect(items.map(({ metadata }: { metadata: { name: string } }) => metadata.name)).toEqual(['b']);
  });
});

test('a dry run answers as if, and changes nothing', async () => {
  const made = await api.call('POST', `${routes}?dryRun=All`, route('a'));
  expect(made).toMatchObject({ status: 201, body: { metadata: { name: 'a', uid: expect.any(String) } } });
  expect((await api.call('GET', `${routes}/a`)).status).toBe(404);
  await api.call('POST', routes, route('a'));
  const patched = await api.call(
    'PATCH',
    `${routes}/a?dryRun=All`,
    { spec: { hostnames: ['a.example'] } },
    merge,
  );
  expect(patched.body).toMatchObject({ metadata: { generation: 2 }, spec: { hostnames: ['a.example'] } });
  await api.call('DELETE', `${routes}/a`, { dryRun: ['All'] });
  expect((await api.call('GET', `${routes}/a`)).body).toMatchObject({ metadata: { generation: 1 } });
});
