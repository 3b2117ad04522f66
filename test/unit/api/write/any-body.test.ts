import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type LiveApi, startLiveApi } from '../../../fixtures/live-api.ts';
import { configMap, configMaps, route, routes } from './objects.ts';

let api: LiveApi;

beforeEach(async () => {
  api = await startLiveApi();
  await api.call('POST', configMaps, configMap('there'));
  await api.call('POST', routes, route('there'));
});

afterEach(() => api.close());

const types = [
  'application/json',
  'application/yaml',
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
  'application/vnd.kubernetes.protobuf',
  'text/plain',
];
const parts = ['', '/status', '/scale'];

/** Objects that are nearly right: known fields with values of any kind. */
const almost = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium' },
    fc.constantFrom<unknown>(null, true, 0, -1, 1.5, 1e300, '', 'there', 'a b', '$patch', '__proto__'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom(
        ...['metadata', 'spec', 'data', 'name', 'namespace', 'labels', 'annotations', 'finalizers', 'rules'],
        ...['ownerReferences', 'managedFields', 'uid', 'parentRefs', 'hostnames', 'matches', 'filters', 'op'],
        ...['path', 'value', 'from', '$patch', '$retainKeys', '$setElementOrder/finalizers', '__proto__'],
        ...['constructor', 'kind', 'apiVersion', 'status', 'replicas', 'preconditions', 'propagationPolicy'],
      ),
      tie('value'),
      { maxKeys: 5 },
    ),
  ),
})).value;

test('whatever is sent is answered, and never as a fault of the API', async () => {
  const request = fc.record({
    method: fc.constantFrom('POST', 'PUT', 'PATCH', 'DELETE'),
    collection: fc.constantFrom(configMaps, routes, '/apis/apps/v1/namespaces/default/deployments'),
    name: fc.constantFrom('', '/there', '/nope'),
    part: fc.constantFrom(...parts),
    type: fc.constantFrom(...types),
    query: fc.constantFrom('', '?dryRun=All', '?fieldManager=a&force=true', '?fieldValidation=Strict'),
    body: fc.oneof(
      almost.map((value) => JSON.stringify(value)),
      fc.string(),
      fc.uint8Array().map((bytes) => Buffer.concat([Buffer.from('k8s\0'), bytes])),
    ),
  });
  await fc.assert(
    fc.asyncProperty(request, async ({ method, collection, name, part, type, query, body }) => {
      const path = `${collection}${name}${name === '' ? '' : part}${query}`;
      const answer = await api.call(method, path, body, type);
      expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(500);
      expect(answer.body.kind).toBeTypeOf('string');
    }),
    { numRuns: 600 },
  );
  expect((await api.call('POST', configMaps, configMap('after'))).status).toBe(201);
}, 30_000);
