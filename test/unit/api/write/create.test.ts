import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LiveApi, startLiveApi } from '../../../fixtures/live-api.ts';
import { configMap, configMaps, route, routes } from './objects.ts';

let api: LiveApi;

beforeEach(async () => {
  api = await startLiveApi();
});

afterEach(() => api.close());

describe('POST', () => {
  test('makes an object with what a server assigns, and defaults', async () => {
    const made = await api.call('POST', routes, route('a'));
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      kind: 'HTTPRoute',
      metadata: {
        name: 'a',
        namespace: 'default',
        generation: 1,
        resourceVersion: expect.stringMatching(/^\d+$/),
      },
      spec: { parentRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'web' }] },
    });
    expect(made.body.metadata.uid).toMatch(/^[0-9a-f-]{36}$/);
    expect(made.body.metadata.creationTimestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect((await api.call('GET', `${routes}/a`)).body.spec).toEqual(made.body.spec);
  });

  test('makes a name from the beginning of one', async () => {
    const first = await api.call('POST', configMaps, { metadata: { generateName: 'job-' } });
    const second = await api.call('POST', configMaps, { metadata: { generateName: 'job-' } });
    expect(first.body.metadata).toMatchObject({
      generateName: 'job-',
      name: expect.stringMatching(/^job-[a-z0-9]{5}$/),
    });
    expect(second.body.metadata.name).not.toBe(first.body.metadata.name);
  });

  test.each([
    [
      'an object that is there',
      409,
      'AlreadyExists',
      'httproutes.gateway.networking.k8s.io "there" already exists',
      route('there'),
    ],
    [
      'another kind',
      400,
      'BadRequest',
      'the kind in the data (Gateway) does not match the expected kind (HTTPRoute)',
      { ...route('b'), kind: 'Gateway' },
    ],
    [
      'another version',
      400,
      'BadRequest',
      'the API version in the data (v1) does not match the expected API version (gateway.networking.k8s.io/v1)',
      { ...route('b'), apiVersion: 'v1' },
    ],
    [
      'another namespace',
      400,
      'BadRequest',
      'the namespace of the provided object does not match the namespace sent on the request',
      route('b', {}, { namespace: 'other' }),
    ],
    [
      'no name',
      422,
      'Invalid',
      'HTTPRoute.gateway.networking.k8s.io "" is invalid: metadata.name: Required value: name or generateName is required',
      { metadata: {} },
    ],
    [
      'a version of its own',
      400,
      'BadRequest',
      'resourceVersion should not be set on objects to be created',
      route('b', {}, { resourceVersion: '5' }),
    ],
    [
      'broken JSON',
      400,
      'BadRequest',
      expect.stringContaining('cannot be handled as a HTTPRoute'),
      '{"kind":',
    ],
    ['a list', 400, 'BadRequest', expect.stringContaining('not a JSON object'), []],
    [
      'a value nested too deeply',
      400,
      'BadRequest',
      expect.stringContaining('max depth'),
      `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
    ],
  ])('refuses %s', async (_, code, reason, message, body) => {
    await api.call('POST', routes, route('there'));
    const refused = await api.call('POST', routes, body);
    expect(refused).toMatchObject({
      status: code,
      body: { kind: 'Status', status: 'Failure', code, reason, message },
    });
  });

  test('refuses a namespace that is not there, a kind that is not served, another encoding, and too much', async () => {
    const elsewhere = await api.call('POST', routes.replace('default', 'nowhere'), route('a'));
    expect(elsewhere.body).toMatchObject({ code: 404, message: 'namespaces "nowhere" not found' });
    expect((await api.call('POST', '/apis/example.com/v1/namespaces/default/widgets', {})).status).toBe(404);
    expect((await api.call('POST', routes, '<a/>', 'application/xml')).body).toMatchObject({
      code: 415,
      reason: 'UnsupportedMediaType',
    });
    const large = await api.call(
      'POST',
      configMaps,
      configMap('large', { data: { a: 'x'.repeat(3 * 1024 * 1024) } }),
    );
    expect(large.body).toMatchObject({ code: 413, reason: 'RequestEntityTooLarge' });
  });
});

test('what only follows from other objects cannot be made, nor can pods be entered', async () => {
  const pods = '/api/v1/namespaces/default/pods';
  const pod = await api.call('POST', pods, { metadata: { name: 'a' }, spec: { containers: [] } });
  expect(pod.body).toMatchObject({ code: 403, reason: 'Forbidden' });
  expect(pod.body.message).toContain('pods "a" is forbidden: pods alone run in containers only');
  const template = { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'a', image: 'a' }] } };
  await api.call('POST', '/apis/apps/v1/namespaces/default/deployments', {
    metadata: { name: 'a' },
    spec: { selector: { matchLabels: { app: 'a' } }, template },
  });
  await expect.poll(async () => (await api.call('GET', pods)).body.items.length).toBe(1);
  const { name } = (await api.call('GET', pods)).body.items[0].metadata;
  for (const [method, connection] of [
    ['GET', 'exec'],
    ['POST', 'attach'],
  ] as const) {
    const { body } = await api.call(method, `${pods}/${name}/${connection}`);
    expect(body).toMatchObject({ code: 405, reason: 'MethodNotAllowed' });
    expect(body.message).toContain(`calb-sim does not support ${connection} here: pod ${name} is no`);
  }
  const { body } = await api.call('GET', `${pods}/${name}/portforward`);
  expect(body).toMatchObject({ code: 400, message: 'Upgrade request required' });
  expect((await api.call('GET', `${pods}/${name}/eviction`)).status).toBe(404);
  expect((await api.call('PATCH', `${pods}/${name}`, {}, 'application/merge-patch+json')).status).toBe(403);
});

describe('validation, in the words of an API server', () => {
  test.each([
    [
      'a value that is not one of some',
      route('x', { rules: [{ matches: [{ path: { type: 'Prefix', value: '/' } }] }] }),
      'spec.rules[0].matches[0].path.type: Unsupported value: "Prefix": supported values: "Exact", "PathPrefix", "RegularExpression"',
      'FieldValueNotSupported',
    ],
    [
      'a required field',
      route('x', { parentRefs: [{}] }),
      'spec.parentRefs[0].name: Required value',
      'FieldValueRequired',
    ],
    [
      'a type',
      route('x', { hostnames: 'a' }),
      'spec.hostnames: Invalid value: "string": spec.hostnames in body must be of type array: "string"',
      'FieldValueTypeInvalid',
    ],
    [
      'a number out of bounds',
      route('x', { parentRefs: [{ name: 'a', port: 0 }] }),
      'spec.parentRefs[0].port: Invalid value: 0: spec.parentRefs[0].port in body should be greater than or equal to 1',
      'FieldValueInvalid',
    ],
    [
      'a rule (CEL)',
      route('x', { rules: [{ matches: [{ path: { type: 'PathPrefix', value: 'a' } }] }] }),
      "spec.rules[0].matches[0].path: Invalid value: \"object\": value must be an absolute path and start with '/' when type one of ['Exact', 'PathPrefix']",
      'FieldValueInvalid',
    ],
  ])('%s', async (_, object, message, reason) => {
    const refused = await api.call('POST', routes, object);
    expect(refused.body).toMatchObject({
      code: 422,
      reason: 'Invalid',
      details: { name: 'x', group: 'gateway.networking.k8s.io', kind: 'HTTPRoute' },
    });
    expect(refused.body.message).toContain('HTTPRoute.gateway.networking.k8s.io "x" is invalid: ');
    expect(refused.body.message).toContain(message);
    const [field = ''] = message.split(': ');
    expect(refused.body.details.causes).toContainEqual({
      reason,
      field,
      message: message.slice(field.length + 2),
    });
    expect((await api.call('GET', `${routes}/x`)).status).toBe(404);
  });

  test('names, labels, and built-in kinds, which are decoded first', async () => {
    const named = await api.call('POST', configMaps, configMap('Up_Per'));
    expect(named.body.message).toContain(
      'ConfigMap "Up_Per" is invalid: metadata.name: Invalid value: "Up_Per": a lowercase RFC 1123 subdomain must consist of',
    );
    const labelled = await api.call('POST', configMaps, configMap('a', {}, { labels: { a: 'not a label' } }));
    expect(labelled.body.message).toContain(
      'metadata.labels: Invalid value: "not a label": a valid label must be',
    );
    const replicas = await api.call('POST', '/apis/apps/v1/namespaces/default/deployments', {
      metadata: { name: 'a' },
      spec: { replicas: 'two', selector: {}, template: {} },
    });
    expect(replicas.body).toMatchObject({ code: 400, reason: 'BadRequest' });
    expect(replicas.body.message).toMatch(/^Deployment in version "v1" cannot be handled as a Deployment: /);
  });

  test('unknown fields: refused, warned of, or left out, as the client wishes', async () => {
    const misspelled = (name: string) =>
      route(name, { parentRefs: [{ name: 'web' }], hostname: ['a.example'] });
    const strict = await api.call('POST', `${routes}?fieldValidation=Strict`, misspelled('a'));
    expect(strict.body).toMatchObject({
      code: 400,
      message:
        'HTTPRoute in version "v1" cannot be handled as a HTTPRoute: strict decoding error: unknown field "spec.hostname"',
    });
    const warned = await api.call('POST', routes, misspelled('a'));
    expect(warned.status).toBe(201);
    expect(warned.headers.warning).toBe('299 - "unknown field \\"spec.hostname\\""');
    expect(warned.body.spec.hostname).toBeUndefined();
    const ignored = await api.call('POST', `${routes}?fieldValidation=Ignore`, misspelled('b'));
    expect(ignored.status).toBe(201);
    expect(ignored.headers.warning).toBeUndefined();
  });
});
