import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
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
      return accessLogOf(instance).includes(text);
    });

  test('gives the access log its format, and a change of it goes live without a restart', async () => {
    await logged('FIRST /one', '/one');
    const pid = instance.envoyPid('default');
    await instance.applied('default', () =>
      instance.workspace.write('settings.yaml', settings(accessLog('SECOND %REQ(:PATH)%\n'))),
    );
    await logged('SECOND /two', '/two');
    expect(instance.envoyPid('default')).toBe(pid);
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
    expect(accessLogOf(instance)).not.toContain('/silent');
  });

  test('sets how many workers Envoy has, which replaces the process', async () => {
    const from = instance.stream.mark;
    const before = instance.envoyPid('default');
    instance.workspace.write('settings.yaml', settings({ concurrency: 2 }));
    await instance.stream.waitFor('ProxyStarted', { from });
    await instance.stream.waitFor('ProxyConnected', { from });
    await instance.untilStatus(200, { path: '/' });
    const pid = instance.envoyPid('default');
    expect(pid).not.toBe(before);
    expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).toContain('--concurrency\x002');
  });
});

function accessLogOf(instance: Instance): string {
  return instance.workspace.runtimeFiles('access.log').join('\n');
}
