import {
  CoreV1Api,
  KubeConfig,
  KubernetesObjectApi,
  makeInformer,
  PatchStrategy,
  type V1ConfigMap,
} from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from './support/eventually.ts';
import { expectNothingRuns, type Instance, startInstance } from './support/instance.ts';
import { describeWithEnvoy } from './support/with-envoy.ts';

const namespace = 'default';

describeWithEnvoy('the client library for JavaScript, over TLS', () => {
  let instance: Instance;
  let config: KubeConfig;
  let core: CoreV1Api;

  beforeAll(async () => {
    instance = await startInstance('quickstart');
    config = new KubeConfig();
    config.loadFromString((await instance.run(['kubeconfig'])).stdout);
    core = config.makeApiClient(CoreV1Api);
  });
  afterAll(async () => {
    await instance.stop();
    await expectNothingRuns(instance.workspace);
    instance.workspace.dispose();
  });

  const configMap = (name: string, value: string): V1ConfigMap => ({
    metadata: { name, namespace },
    data: { value },
  });

  test('an informer stays in sync through a thousand changes', { timeout: 120_000 }, async () => {
    const informer = makeInformer<V1ConfigMap>(config, `/api/v1/namespaces/${namespace}/configmaps`, () =>
      core.listNamespacedConfigMap({ namespace }),
    );
    const counts = { add: 0, update: 0, delete: 0, error: 0 };
    for (const type of ['add', 'update', 'delete'] as const) {
      informer.on(type, () => {
        counts[type] += 1;
      });
    }
    informer.on('error', () => {
      counts.error += 1;
    });
    await informer.start();
    try {
      const before = { ...counts };
      const names = Array.from({ length: 250 }, (_, index) => `sync-${index}`);
      for (const name of names)
        await core.createNamespacedConfigMap({ namespace, body: configMap(name, '1') });
      for (const value of ['2', '3']) {
        for (const name of names) {
          await core.replaceNamespacedConfigMap({ namespace, name, body: configMap(name, value) });
        }
      }
      for (const name of names) await core.deleteNamespacedConfigMap({ namespace, name });
      await eventually('it has seen all changes', () =>
        Promise.resolve(counts.delete - before.delete === 250),
      );
      expect({
        added: counts.add - before.add,
        updated: counts.update - before.update,
        errors: counts.error,
      }).toEqual({ added: 250, updated: 500, errors: 0 });
      const { items } = await core.listNamespacedConfigMap({ namespace });
      expect(
        informer
          .list()
          .map(({ metadata }) => metadata?.name)
          .sort(),
      ).toEqual(items.map(({ metadata }) => metadata?.name).sort());
    } finally {
      await informer.stop();
    }
  });

  test('reads, patches and applies objects of any kind', async () => {
    const objects = KubernetesObjectApi.makeApiClient(config);
    const header = {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name: 'backend', namespace },
    };
    const hostnames = ['library.example.com'];
    const patched = await objects.patch(
      { ...header, spec: { hostnames } },
      undefined,
      undefined,
      'library',
      true,
      PatchStrategy.ServerSideApply,
    );
    expect(patched).toMatchObject({ spec: { hostnames } });
    await instance.untilStatus(200, { host: 'library.example.com' });
    expect(await objects.read(header)).toMatchObject({ spec: { hostnames } });
  });
});
