import { afterEach, beforeEach, expect, test } from 'vitest';
import { type LiveApi, startLiveApi } from '../../fixtures/live-api.ts';

let api: LiveApi;

beforeEach(async () => {
  api = await startLiveApi();
});

afterEach(() => api.close());

const reviews = '/apis/authorization.k8s.io/v1';

async function mayI(resourceAttributes: object): Promise<unknown> {
  const body = { kind: 'SelfSubjectAccessReview', spec: { resourceAttributes } };
  const { status, body: review } = await api.call('POST', `${reviews}/selfsubjectaccessreviews`, body);
  expect(status).toBe(201);
  expect(review).toMatchObject({ apiVersion: 'authorization.k8s.io/v1', spec: { resourceAttributes } });
  return review.status.allowed;
}

test('who has access may do everything but write what the simulator makes itself', async () => {
  expect(await mayI({ verb: 'create', group: 'gateway.networking.k8s.io', resource: 'httproutes' })).toBe(
    true,
  );
  expect(await mayI({ verb: 'get', resource: 'nodes' })).toBe(true);
  expect(await mayI({ verb: 'create', resource: 'pods', subresource: 'exec' })).toBe(true);
  expect(await mayI({ verb: '*', group: '*', resource: '*' })).toBe(true);
  expect(await mayI({ verb: 'delete', resource: 'nodes' })).toBe(false);
  expect(await mayI({ verb: 'patch', group: 'apps', resource: 'replicasets' })).toBe(false);
});

test('all rights can be listed', async () => {
  const { body } = await api.call('POST', `${reviews}/selfsubjectrulesreviews`, { spec: { namespace: 'a' } });
  expect(body.status.resourceRules).toContainEqual({
    verbs: ['get', 'list', 'watch'],
    apiGroups: [''],
    resources: ['nodes'],
  });
});

test('who asks is told who that is', async () => {
  const { body } = await api.call('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', {});
  expect(body).toMatchObject({ kind: 'SelfSubjectReview', status: { userInfo: { username: 'calb-sim' } } });
});

test('what is no review is refused', async () => {
  const { status } = await api.call('POST', `${reviews}/selfsubjectaccessreviews`, '[]');
  expect(status).toBe(400);
});
