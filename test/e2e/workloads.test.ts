import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from './support/eventually.ts';
import { type Instance, startInstance } from './support/instance.ts';
import { echoService, gateway, httpRoute, type Manifest, rule, toYaml } from './support/manifests.ts';
import { describeWithEnvoy } from './support/with-envoy.ts';

const named: Manifest = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'named', namespace: 'default' },
  spec: { selector: { app: 'app' }, ports: [{ port: 3000, targetPort: 'web' }] },
};

describeWithEnvoy('pods', () => {
  let instance: Instance;
  beforeAll(async () => {
    const route = (name: string, service: string) =>
      httpRoute({ name, parent: 'web', hostnames: [`${name}.test`], rules: [rule('/', [service])] });
    const app = toYaml(...echoService({ name: 'app', replicas: 3 })).replace(
      '- containerPort: 3000',
      '- name: web\n              containerPort: 3000',
    );
    instance = await startInstance(undefined, {
      files: {
        'app.yaml': app,
        'web.yaml': toYaml(gateway({ name: 'web' }), named, route('app', 'app'), route('named', 'named')),
      },
    });
  });
  afterAll(() => instance?.stop());

  const podsOf = async (host: string, count = 30) => new Set(await instance.pods(count, { host }));

  test('of a Deployment share the requests', async () => {
    expect((await podsOf('app.test')).size).toBe(3);
  });

  test('are found by the name of their port', async () => {
    expect((await podsOf('named.test')).size).toBe(3);
  });

  test('keep their names when others come or go', async () => {
    const three = await podsOf('app.test');
    const mark = instance.stream.mark;
    instance.workspace.edit('app.yaml', (text) => text.replace('replicas: 3', 'replicas: 2'));
    await instance.stream.waitFor('PodStopped', { from: mark });
    const two = await eventually('two pods answer', async () => {
      const pods = await podsOf('app.test');
      return pods.size === 2 ? pods : undefined;
    });
    for (const pod of two) expect(three).toContain(pod);
    instance.workspace.edit('app.yaml', (text) => text.replace('replicas: 2', 'replicas: 3'));
    await eventually('the same three pods answer', async () => {
      const pods = await podsOf('app.test');
      return pods.size === 3 && [...pods].every((pod) => three.has(pod));
    });
  });

  test('get new names with a new template', async () => {
    const before = await podsOf('app.test');
    instance.workspace.edit('app.yaml', (text) => text.replaceAll('echo-basic:v1.5.1', 'echo-basic:v1.6.0'));
    await eventually('three new pods answer', async () => {
      const pods = await podsOf('app.test');
      return pods.size === 3 && [...pods].every((pod) => !before.has(pod));
    });
  });
});
