import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type LiveApi, startLiveApi } from '../../../fixtures/live-api.ts';
import { configMap, configMaps, merge, route, routes } from './objects.ts';

let api: LiveApi;

beforeEach(async () => {
  api = await startLiveApi();
});

afterEach(() => api.close());

describe('PUT', () => {
  test('replaces an object; generation counts changes of the spec only', async () => {
    const { body: made } = await api.call('POST', routes, route('a'));
    const { body: labelled } = await api.call('PUT', `${routes}/a`, {
      ...made,
      metadata: { ...made.metadata, labels: { x: 'y' } },
    });
    expect(labelled.metadata).toMatchObject({ generation: 1, labels: { x: 'y' }, uid: made.metadata.uid });
    const { body: changed } = await api.call('PUT', `${routes}/a`, {
      ...labelled,
      spec: { hostnames: ['a.example'] },
    });
    expect(changed.metadata.generation).toBe(2);
    expect(Number(changed.metadata.resourceVersion)).toBeGreaterThan(
      Number(labelled.metadata.resourceVersion),
    );
  });

  test('of an older version, of another object, or of none is refused', async () => {
    const { body: made } = await api.call('POST', routes, route('a'));
    await api.call('PATCH', `${routes}/a`, { metadata: { labels: { x: 'y' } } }, merge);
    const stale = await api.call('PUT', `${routes}/a`, made);
    expect(stale.body).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message:
        'Operation cannot be fulfilled on httproutes.gateway.networking.k8s.io "a": the object has been modified; please apply your changes to the latest version and try again',
    });
    expect((await api.call('PUT', `${routes}/a`, route('a', {}, { uid: 'other' }))).status).toBe(409);
    expect((await api.call('PUT', `${routes}/none`, route('none'))).status).toBe(404);
    expect((await api.call('PUT', `${routes}/a`, route('b'))).body.message).toBe(
      'the name of the object (b) does not match the name on the URL (a)',
    );
    expect((await api.call('PUT', `${routes}/a`, route('a'))).body.message).toContain(
      'metadata.resourceVersion: Invalid value: 0: must be specified for an update',
    );
    // Kinds that a cluster has built in may be replaced without looking.
    await api.call('POST', configMaps, configMap('c'));
    expect(
      (await api.call('PUT', `${configMaps}/c`, configMap('c', { data: { x: 'y' } }))).body.data,
    ).toEqual({ x: 'y' });
  });

  test('of a field that cannot change is refused', async () => {
    await api.call('POST', configMaps, configMap('c', { immutable: true }));
    const refused = await api.call(
      'PUT',
      `${configMaps}/c`,
      configMap('c', { immutable: true, data: { a: 'other' } }),
    );
    expect(refused.body.message).toBe(
      'ConfigMap "c" is invalid: data: Forbidden: field is immutable when `immutable` is set',
    );
    const classes = '/apis/gateway.networking.k8s.io/v1/gatewayclasses';
    await api.call('POST', classes, {
      metadata: { name: 'mine' },
      spec: { controllerName: 'example.com/a' },
    });
    const other = await api.call(
      'PATCH',
      `${classes}/mine`,
      { spec: { controllerName: 'example.com/b' } },
      merge,
    );
    expect(other.body).toMatchObject({
      code: 422,
      details: {
        causes: [
          { field: 'spec.controllerName', message: 'Invalid value: "example.com/b": Value is immutable' },
        ],
      },
    });
  });
});

describe('PATCH', () => {
  test('of each type; strategic merge is for built-in kinds alone', async () => {
    await api.call('POST', routes, route('a'));
    const json = await api.call(
      'PATCH',
      `${routes}/a`,
      [{ op: 'add', path: '/spec/hostnames', value: ['a.example'] }],
      'application/json-patch+json',
    );
    expect(json.body.spec.hostnames).toEqual(['a.example']);
    const merged = await api.call('PATCH', `${routes}/a`, { spec: { hostnames: null } }, merge);
    expect(merged.body.spec.hostnames).toBeUndefined();
    const strategic = await api.call('PATCH', `${routes}/a`, {}, 'application/strategic-merge-patch+json');
    expect(strategic.body).toMatchObject({ code: 415, reason: 'UnsupportedMediaType' });
    expect(strategic.body.message).toContain(
      'accepted media types include: application/json-patch+json, application/merge-patch+json',
    );
    await api.call('POST', configMaps, configMap('c'));
    const builtin = await api.call(
      'PATCH',
      `${configMaps}/c`,
      { data: { c: 'd' } },
      'application/strategic-merge-patch+json',
    );
    expect(builtin.body.data).toEqual({ a: 'b', c: 'd' });
  });

  test('that does not fit, that is none, or that was made for another version is refused', async () => {
    await api.call('POST', configMaps, configMap('c'));
    const jsonPatch = 'application/json-patch+json';
    const unfit = await api.call(
      'PATCH',
      `${configMaps}/c`,
      [{ op: 'test', path: '/data/a', value: 'x' }],
      jsonPatch,
    );
    expect(unfit.body).toMatchObject({
      code: 422,
      message: 'the server rejected our request due to an error in our request',
    });
    expect((await api.call('PATCH', `${configMaps}/c`, {}, jsonPatch)).status).toBe(400);
    expect((await api.call('PATCH', `${configMaps}/c`, '{', merge)).status).toBe(400);
    expect((await api.call('PATCH', `${configMaps}/c`, 'null', merge)).status).toBe(400);
    expect(
      (await api.call('PATCH', `${configMaps}/c`, { metadata: { resourceVersion: '1' } }, merge)).status,
    ).toBe(409);
    expect((await api.call('PATCH', `${configMaps}/c`, { metadata: { name: 'd' } }, merge)).status).toBe(400);
    expect((await api.call('PATCH', `${configMaps}/none`, {}, merge)).status).toBe(404);
  });
});

test('a status can be written where calb-sim has none of its own', async () => {
  const namespaced = `${configMaps}/c`;
  await api.call('POST', configMaps, configMap('c'));
  const written = await api.call(
    'PATCH',
    `${namespaced}/status`,
    { data: { a: 'no' }, status: { ok: true } },
    merge,
  );
  expect(written.body).toMatchObject({ data: { a: 'b' }, status: { ok: true } });
  expect((await api.call('GET', namespaced)).body.status).toEqual({ ok: true });
  const spec = await api.call('PATCH', namespaced, { data: { a: 'c' }, status: { ok: false } }, merge);
  expect(spec.body).toMatchObject({ data: { a: 'c' }, status: { ok: true } });
  await api.call('DELETE', namespaced);
  await api.call('POST', configMaps, configMap('c'));
  expect((await api.call('GET', namespaced)).body.status).toBeUndefined();
});

test('a Deployment is scaled by each kind of patch, and says who did it', async () => {
  const deployments = '/apis/apps/v1/namespaces/default/deployments';
  const template = { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'a', image: 'a' }] } };
  await api.call('POST', deployments, {
    metadata: { name: 'a' },
    spec: { selector: { matchLabels: { app: 'a' } }, template },
  });
  const scale = `${deployments}/a/scale`;
  expect((await api.call('GET', scale)).body).toMatchObject({
    kind: 'Scale',
    spec: { replicas: 1 },
    status: { selector: 'app=a' },
  });
  expect((await api.call('PATCH', scale, { spec: { replicas: 3 } }, merge)).body.spec).toEqual({
    replicas: 3,
  });
  const jsonPatch = [{ op: 'replace', path: '/spec/replicas', value: 2 }];
  expect((await api.call('PATCH', scale, jsonPatch, 'application/json-patch+json')).body.spec).toEqual({
    replicas: 2,
  });
  // Its status follows a moment later, and is a change too.
  await vi.waitFor(async () => {
    const { metadata, status } = (await api.call('GET', `${deployments}/a`)).body;
    expect(status.observedGeneration).toBe(metadata.generation);
  });
  const { body: current } = await api.call('GET', scale);
  expect((await api.call('PUT', scale, { ...current, spec: { replicas: 4 } })).status).toBe(200);
  expect((await api.call('PUT', scale, { ...current, spec: { replicas: 5 } })).body).toMatchObject({
    code: 409,
    reason: 'Conflict',
  });
  for (const replicas of [-1, 1.5, '2', 1001]) {
    expect((await api.call('PATCH', scale, { spec: { replicas } }, merge)).body).toMatchObject({
      code: 422,
      reason: 'Invalid',
    });
  }
  const { body: deployment } = await api.call('GET', `${deployments}/a`);
  expect(deployment.spec.replicas).toBe(4);
  expect(deployment.metadata.managedFields).toContainEqual(
    expect.objectContaining({ manager: 'tester', subresource: 'scale' }),
  );
  expect(api.session.log.since(0).filter(({ type }) => type === 'Scaled')).toMatchObject([
    { from: 1, to: 3 },
    { from: 3, to: 2 },
    { from: 2, to: 4 },
  ]);
});
