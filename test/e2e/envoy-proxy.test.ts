import { afterAll, beforeAll, expect, test } from 'vitest';
import { AdminClient } from '../../src/telemetry/admin-client.ts';
import { eventually } from './support/eventually.ts';
import { type Instance, startInstance } from './support/instance.ts';
import { echoService, gateway, httpRoute, type Manifest, rule, toYaml } from './support/manifests.ts';
import { describeWithEnvoy } from './support/with-envoy.ts';

const settings = (spec: Manifest): string =>
  toYaml(
    {
      apiVersion: 'gateway.envoyproxy.io/v1alpha1',
      kind: 'EnvoyProxy',
      metadata: { name: 'settings', namespace: 'default' },
      spec,
    },
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'GatewayClass',
      metadata: { name: 'eg' },
      spec: {
        controllerName: 'gateway.envoyproxy.io/gatewayclass-controller',
        parametersRef: {
          ...{ group: 'gateway.envoyproxy.io', kind: 'EnvoyProxy' },
          ...{ name: 'settings', namespace: 'default' },
        },
      },
    },
  );

const accessLog = (format: string): Manifest => ({
  telemetry: {
    accessLog: {
      settings: [
        { format: { type: 'Text', text: format }, sinks: [{ type: 'File', file: { path: '/dev/stdout' } }] },
      ],
    },
  },
});

describeWithEnvoy('an EnvoyProxy', () => {
  let instance: Instance;
  beforeAll(async () => {
    instance = await startInstance(undefined, {
      files: {
        'settings.yaml': settings(accessLog('FIRST %REQ(:PATH)%\n')),
        'web.yaml': toYaml(
          gateway({ name: 'web' }),
          ...echoService({ name: 'app' }),
          httpRoute({ name: 'all', parent: 'web', rules: [rule('/', ['app'])] }),
        ),
      },
    });
  });
  afterAll(() => instance?.stop());

  const logged = (text: string, path: string) =>
    eventually(`${text} in the access log`, async () => {
      expect((await instance.request({ path })).status).toBe(200);
      return (await instance.accessLog('default')).includes(text);
    });

  test('gives the access log its format, and a change of it goes live without a restart', async () => {
    await logged('FIRST /one', '/one');
    const envoy = instance.envoyOf('default');
    await instance.applied('default', () =>
      instance.workspace.write('settings.yaml', settings(accessLog('SECOND %REQ(:PATH)%\n'))),
    );
    await logged('SECOND /two', '/two');
    expect(instance.envoyOf('default')).toBe(envoy);
  });

  test('can switch the access log off', async () => {
    await instance.applied('default', () =>
      instance.workspace.write('settings.yaml', settings({ telemetry: { accessLog: { disable: true } } })),
    );
    const from = instance.stream.mark;
    await instance.request({ path: '/silent' });
    await instance.stream.waitFor('Request', { from, where: ({ path }) => path === '/silent' });
    await instance.applied('default', () =>
      instance.workspace.write('settings.yaml', settings(accessLog('THIRD %REQ(:PATH)%\n'))),
    );
    await logged('THIRD /loud', '/loud');
    expect(await instance.accessLog('default')).not.toContain('/silent');
  });

  test('sets how many workers Envoy has, which replaces it', async () => {
    const from = instance.stream.mark;
    const before = instance.envoyOf('default');
    instance.workspace.write('settings.yaml', settings({ concurrency: 2 }));
    await instance.untilReplaced('default', from);
    await instance.untilStatus(200, { path: '/' });
    const envoy = instance.envoyOf('default');
    expect(envoy).not.toBe(before);
    expect(await workersOf(instance)).toBe(2);
  });
});

/** How many workers the tenant's Envoy says that it has. */
async function workersOf(instance: Instance): Promise<number | undefined> {
  // An Envoy that was replaced can leave its socket.
  const socket = instance.workspace.runtimeSockets('admin.sock').toSorted().at(-1);
  if (socket === undefined) throw new Error('no admin socket');
  return (await new AdminClient(socket).stats('^server.concurrency$')).get('server.concurrency');
}
