import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PodPrograms } from '../../../../src/model/pod-programs.ts';
import { type LiveApi, startLiveApi } from '../../../fixtures/live-api.ts';

const pods = '/api/v1/namespaces/default/pods';
const nowhere: PodPrograms = {
  exec: () => Promise.reject(new Error('nothing runs')),
  attach: () => Promise.reject(new Error('nothing runs')),
};

let api: LiveApi;
beforeEach(async () => {
  api = await startLiveApi({ programs: nowhere });
});
afterEach(() => api.close());

function pod(spec: object) {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'alone' }, spec };
}

test('a pod can be made where pods are containers, is shown, and is gone when it was deleted', async () => {
  const container = { name: 'main', image: 'tools:1', ports: [{ containerPort: 80 }] };
  const made = await api.call('POST', pods, pod({ containers: [container] }));
  expect(made).toMatchObject({ status: 201, body: { kind: 'Pod' } });
  expect(made.body.spec).toMatchObject({
    restartPolicy: 'Always',
    containers: [{ name: 'main', ports: [{ containerPort: 80, protocol: 'TCP' }] }],
  });
  const shown = await api.call('GET', `${pods}/alone`);
  expect(shown.body).toMatchObject({
    metadata: { uid: made.body.metadata.uid },
    status: { phase: 'Pending' },
  });
  const patch = (body: object) => api.call('PATCH', `${pods}/alone`, body, 'application/merge-patch+json');
  expect((await patch({ metadata: { labels: { a: 'b' } } })).body.metadata.labels).toEqual({ a: 'b' });
  expect(await patch({ spec: { containers: [{ name: 'main', image: 'other' }] } })).toMatchObject({
    ...{ status: 422, body: { reason: 'Invalid', details: { causes: [{ field: 'spec' }] } } },
  });
  expect((await api.call('DELETE', `${pods}/alone`)).status).toBe(200);
  expect((await api.call('GET', `${pods}/alone`)).status).toBe(404);
});

test('what is wrong in a pod is said as of any object', async () => {
  const none = await api.call('POST', pods, pod({ containers: [] }));
  expect(none).toMatchObject({ status: 422, body: { reason: 'Invalid' } });
  expect(none.body.message).toContain('Pod "alone" is invalid: spec.containers: Invalid value');
  expect(none.body.message).not.toContain('template');
  const strict = await api.call(
    'POST',
    `${pods}?fieldValidation=Strict`,
    pod({ containers: [{ imag: 'a' }] }),
  );
  expect(strict).toMatchObject({ status: 400 });
  expect(strict.body.message).toContain('strict decoding error: unknown field "spec.containers[0].imag"');
});
