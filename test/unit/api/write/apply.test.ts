import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type LiveApi, startLiveApi } from '../../../fixtures/live-api.ts';

let api: LiveApi;

beforeEach(async () => {
  api = await startLiveApi();
});

afterEach(() => api.close());

const path = '/apis/apps/v1/namespaces/default/deployments/nginx';

/** The Deployment of Kubernetes' page "Server-Side Apply". */
function nginx(spec: object = {}, container: object = {}) {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'nginx', labels: { app: 'nginx' } },
    spec: {
      selector: { matchLabels: { app: 'nginx' } },
      template: {
        metadata: { labels: { app: 'nginx' } },
        spec: { containers: [{ name: 'nginx', image: 'nginx:1.14.2', ...container }] },
      },
      ...spec,
    },
  };
}

function apply(object: object, manager: string, more = '') {
  return api.call('PATCH', `${path}?fieldManager=${manager}${more}`, object, 'application/apply-patch+yaml');
}

function ownersOf(object: {
  metadata: { managedFields?: readonly { manager: string; operation: string }[] };
}) {
  return (object.metadata.managedFields ?? []).map(({ manager, operation }) => `${manager} ${operation}`);
}

describe('server-side apply', () => {
  test('makes an object; its manager owns what it applied, not the defaults', async () => {
    const made = await apply(nginx(), 'kubectl');
    expect(made.status).toBe(201);
    expect(made.body.spec.replicas).toBe(1);
    expect(made.body.metadata.managedFields).toMatchObject([
      {
        manager: 'kubectl',
        operation: 'Apply',
        apiVersion: 'apps/v1',
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:metadata': { 'f:labels': { 'f:app': {} } },
          'f:spec': {
            'f:template': {
              'f:spec': {
                'f:containers': { 'k:{"name":"nginx"}': { '.': {}, 'f:name': {}, 'f:image': {} } },
              },
            },
          },
        },
      },
    ]);
    expect(JSON.stringify(made.body.metadata.managedFields)).not.toContain('f:replicas');
  });

  test('the same again changes nothing', async () => {
    const first = await apply(nginx(), 'kubectl');
    const second = await apply(nginx(), 'kubectl');
    expect(second.status).toBe(200);
    expect(second.body).toEqual(first.body);
  });

  test('fields that are not applied any more are removed, unless somebody else owns them', async () => {
    await apply(nginx({ minReadySeconds: 3 }, { workingDir: '/a', tty: true }), 'kubectl');
    await api.call(
      'PATCH',
      path,
      { spec: { template: { spec: { containers: [{ name: 'nginx', tty: false }] } } } },
      'application/strategic-merge-patch+json',
    );
    const after = await apply(nginx(), 'kubectl');
    expect(after.body.spec.minReadySeconds).toBeUndefined();
    expect(after.body.spec.template.spec.containers[0]).toEqual({
      name: 'nginx',
      image: 'nginx:1.14.2',
      tty: false,
    });
  });

  test('the handover of replicas: a scaler owns what it sets, and who applies without them leaves them', async () => {
    await apply(nginx({ replicas: 3 }), 'kubectl');
    const taken = await apply(
      { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'nginx' }, spec: { replicas: 3 } },
      'handover-to-hpa',
    );
    expect(taken.status).toBe(200);
    const without = await apply(nginx(), 'kubectl');
    expect(without.body.spec.replicas).toBe(3);
    expect(ownersOf(without.body).sort()).toEqual(['handover-to-hpa Apply', 'kubectl Apply']);
  });

  test('to change what another one owns is a conflict, unless it is forced', async () => {
    await apply(nginx({ replicas: 3 }), 'kubectl');
    const conflict = await apply(nginx({ replicas: 5 }), 'other');
    expect(conflict.status).toBe(409);
    expect(conflict.body).toMatchObject({
      reason: 'Conflict',
      message: 'Apply failed with 1 conflict: conflict with "kubectl": .spec.replicas',
      details: { causes: [{ reason: 'FieldManagerConflict', field: '.spec.replicas' }] },
    });
    const both = await apply(nginx({ replicas: 5 }, { image: 'nginx:2' }), 'other');
    expect(both.body.message).toBe(
      'Apply failed with 2 conflicts: conflicts with "kubectl":\n- .spec.template.spec.containers[name="nginx"].image\n- .spec.replicas',
    );
    const forced = await apply(nginx({ replicas: 5 }), 'other', '&force=true');
    expect(forced.body.spec.replicas).toBe(5);
    const back = await apply(nginx({ replicas: 3 }), 'kubectl');
    expect(back.body.message).toBe('Apply failed with 1 conflict: conflict with "other": .spec.replicas');
  });

  test('what was patched belongs to who patched it', async () => {
    await apply(nginx(), 'kubectl');
    await api.call(
      'PATCH',
      `${path}?fieldManager=scaler`,
      { spec: { replicas: 4 } },
      'application/merge-patch+json',
    );
    const conflict = await apply(nginx({ replicas: 1 }), 'kubectl');
    expect(conflict.body.message).toBe(
      'Apply failed with 1 conflict: conflict with "scaler" using apps/v1: .spec.replicas',
    );
  });

  test('what a file declares belongs to the file', async () => {
    api.save('web.yaml', JSON.stringify(nginx({ replicas: 2 })));
    const conflict = await apply(nginx({ replicas: 5 }), 'kubectl');
    expect(conflict.status).toBe(409);
    expect(conflict.body.message).toContain('conflict with "calb-sim-files" using apps/v1: .spec.replicas');
    expect((await apply(nginx({ replicas: 5 }), 'kubectl', '&force=true')).body.spec.replicas).toBe(5);
  });

  test('containers of several managers stay side by side', async () => {
    await apply(nginx(), 'kubectl');
    const sidecar = nginx();
    sidecar.spec.template.spec.containers = [{ name: 'sidecar', image: 'proxy' }];
    await apply(sidecar, 'injector');
    const names = (object: { spec: { template: { spec: { containers: { name: string }[] } } } }) =>
      object.spec.template.spec.containers.map(({ name }) => name);
    expect(names((await apply(nginx(), 'kubectl')).body)).toEqual(['nginx', 'sidecar']);
    const gone = nginx();
    gone.spec.template.spec.containers = [];
    expect(names((await apply(gone, 'injector')).body)).toEqual(['nginx']);
  });

  test('YAML is understood, and who does not say who it is, or sends nonsense, is refused', async () => {
    const yaml = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\ndata:\n  a: b\n';
    const configMap = '/api/v1/namespaces/default/configmaps/c';
    const type = 'application/apply-patch+yaml';
    expect((await api.call('PATCH', `${configMap}?fieldManager=k`, yaml, type)).status).toBe(201);
    expect((await api.call('PATCH', configMap, yaml, type)).body).toMatchObject({
      code: 422,
      message:
        'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    });
    expect((await api.call('PATCH', `${configMap}?fieldManager=k`, 'a: [', type)).status).toBe(400);
    expect((await api.call('PATCH', `${configMap}?fieldManager=k`, '- a', type)).status).toBe(400);
    expect(
      (await api.call('PATCH', `${configMap}?fieldManager=k`, { metadata: { name: 'c' } }, type)).status,
    ).toBe(400);
  });
});
