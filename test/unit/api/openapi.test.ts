import { afterEach, beforeEach, expect, test } from 'vitest';
import { type LiveApi, startLiveApi } from '../../fixtures/live-api.ts';

let api: LiveApi;

beforeEach(async () => {
  api = await startLiveApi();
});

afterEach(() => api.close());

test('each group version that discovery names has a document, in which every reference leads somewhere', async () => {
  const { paths } = (await api.call('GET', '/openapi/v3')).body;
  const groups: { versions: { groupVersion: string }[] }[] = (await api.call('GET', '/apis')).body.groups;
  const served = groups.flatMap(({ versions }) => versions.map(({ groupVersion }) => `apis/${groupVersion}`));
  expect(Object.keys(paths).sort()).toEqual(['api/v1', ...served].sort());
  for (const { serverRelativeURL } of Object.values<{ serverRelativeURL: string }>(paths)) {
    expect(serverRelativeURL).toMatch(/\?hash=[0-9A-F]{64}$/);
    const { body } = await api.call('GET', serverRelativeURL);
    const names = Object.keys(body.components.schemas);
    for (const [, name] of JSON.stringify(body).matchAll(/#\/components\/schemas\/([^"]+)/g)) {
      expect(names).toContain(name);
    }
  }
});

test('a document tells clients that the server checks fields, and what fields there are', async () => {
  const { body } = await api.call('GET', '/openapi/v3/apis/gateway.networking.k8s.io/v1');
  const path = '/apis/gateway.networking.k8s.io/v1/namespaces/{namespace}/httproutes/{name}';
  const gvk = { group: 'gateway.networking.k8s.io', version: 'v1', kind: 'HTTPRoute' };
  expect(body.paths[path].patch).toMatchObject({
    'x-kubernetes-group-version-kind': gvk,
    parameters: expect.arrayContaining([expect.objectContaining({ name: 'fieldValidation', in: 'query' })]),
  });
  const schema = body.components.schemas['io.k8s.networking.gateway.v1.HTTPRoute'];
  expect(schema['x-kubernetes-group-version-kind']).toEqual([gvk]);
  expect(Object.keys(schema.properties)).toEqual(
    expect.arrayContaining(['apiVersion', 'kind', 'metadata', 'spec']),
  );
  const { hostnames } = schema.properties.spec.properties;
  expect(hostnames).toMatchObject({ type: 'array', maxItems: 16 });
  expect(hostnames.description).toMatch(/^Hostnames defines a set of hostnames/);
  expect(hostnames.description).toMatch(/\n\nList: at most 16 items\.$/);
});

test('each field is described where its source describes it, also those of parts that occur more than once', async () => {
  const { schemas } = (await api.call('GET', '/openapi/v3/apis/apps/v1')).body.components;
  const { spec } = schemas['apps.v1.Deployment'].properties;
  expect(spec.properties.template.description).toMatch(/^Template describes the pods/);
  const undescribed: string[] = [];
  for (const [name, schema] of Object.entries<{ properties?: Record<string, { description?: string }> }>(
    schemas,
  )) {
    for (const [field, { description }] of Object.entries(schema.properties ?? {})) {
      if (description === undefined) undescribed.push(`${name}.${field}`);
    }
  }
  expect(undescribed).toEqual([]);
});

test('there is none of a group that is not served', async () => {
  expect((await api.call('GET', '/openapi/v3/apis/example.com/v1')).status).toBe(404);
});
