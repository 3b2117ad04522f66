import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Instance, startInstance } from './support/instance.ts';
import { echoService, gateway, httpRoute, type Manifest, rule, toYaml } from './support/manifests.ts';
import { describeWithEnvoy } from './support/with-envoy.ts';

const listener = (name: string, more: Manifest): Manifest => ({
  name,
  protocol: 'HTTP',
  port: 8080,
  ...more,
});

const namespace = (name: string, labels: Manifest): Manifest => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, labels },
});

/** A route of another namespace to the Gateway `default/web`. */
function foreignRoute(name: string, host: string, backend: Manifest): Manifest {
  const route = httpRoute({ name, namespace: 'guest', parent: 'web', hostnames: [host], rules: [] }) as {
    spec: Manifest;
  };
  const rules = [{ backendRefs: [backend] }];
  return { ...route, spec: { ...route.spec, parentRefs: [{ name: 'web', namespace: 'default' }], rules } };
}

const grant: Manifest = {
  apiVersion: 'gateway.networking.k8s.io/v1beta1',
  kind: 'ReferenceGrant',
  metadata: { name: 'guest', namespace: 'default' },
  spec: {
    from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'guest' }],
    to: [{ group: '', kind: 'Service' }],
  },
};

interface Gateway {
  readonly status: {
    readonly listeners: readonly {
      readonly name: string;
      readonly attachedRoutes: number;
      readonly conditions: readonly {
        readonly type: string;
        readonly status: string;
        readonly reason: string;
      }[];
    }[];
  };
}

describeWithEnvoy('routes and listeners', () => {
  let instance: Instance;
  beforeAll(async () => {
    const selector = { matchLabels: { guests: 'welcome' } };
    const listeners = [
      listener('own', { hostname: '*.own.test' }),
      listener('all', { hostname: '*.all.test', allowedRoutes: { namespaces: { from: 'All' } } }),
      listener('some', {
        hostname: '*.some.test',
        allowedRoutes: { namespaces: { from: 'Selector', selector } },
      }),
    ];
    instance = await startInstance(undefined, {
      files: {
        'web.yaml': toYaml(
          gateway({ name: 'web', listeners }),
          ...echoService({ name: 'app' }),
          ...echoService({ name: 'guest', namespace: 'guest' }),
        ),
        'namespace.yaml': toYaml(namespace('guest', { guests: 'welcome' })),
        'routes.yaml': toYaml(
          httpRoute({ name: 'own', parent: 'web', hostnames: ['a.own.test'], rules: [rule('/', ['app'])] }),
          foreignRoute('own', 'b.own.test', { name: 'guest', port: 3000 }),
          foreignRoute('all', 'a.all.test', { name: 'guest', port: 3000 }),
          foreignRoute('some', 'a.some.test', { name: 'guest', port: 3000 }),
          foreignRoute('granted', 'granted.all.test', { name: 'app', namespace: 'default', port: 3000 }),
        ),
      },
    });
  });
  afterAll(() => instance?.stop());

  const ask = (host: string) => ({ gateway: 'web', listener: 'own', host });
  const status = async (host: string) => (await instance.request(ask(host))).status;
  const listenersNow = async () =>
    ((await instance.json(['get', 'gtw', 'web', '-n', 'default', '-o', 'json'])) as Gateway).status.listeners;

  test('a listener takes routes of its own namespace only, of all, or of those that its selector fits', async () => {
    expect(await status('a.own.test')).toBe(200);
    expect(await status('b.own.test')).toBe(404);
    expect(await status('a.all.test')).toBe(200);
    expect(await status('a.some.test')).toBe(200);
    const attached = (await listenersNow()).map(({ name, attachedRoutes }) => [name, attachedRoutes]);
    expect(attached).toEqual([
      ['own', 1],
      ['all', 2],
      ['some', 1],
    ]);
  });

  test('a label that a namespace loses takes its routes from the listener that asked for it', async () => {
    instance.workspace.write('namespace.yaml', toYaml(namespace('guest', { guests: 'gone' })));
    await instance.untilStatus(404, ask('a.some.test'));
    expect(await status('a.all.test')).toBe(200);
    instance.workspace.write('namespace.yaml', toYaml(namespace('guest', { guests: 'welcome' })));
    await instance.untilStatus(200, ask('a.some.test'));
  });

  test('a backend of another namespace answers only while a ReferenceGrant permits it', async () => {
    expect(await status('granted.all.test')).toBe(500);
    instance.workspace.write('grant.yaml', toYaml(grant));
    await instance.untilStatus(200, ask('granted.all.test'));
    instance.workspace.remove('grant.yaml');
    await instance.untilStatus(500, ask('granted.all.test'));
  });

  test('a Gateway whose listeners are not distinct is refused as an API server would, and serves on as before', async () => {
    const from = instance.stream.mark;
    const before = instance.workspace.read('web.yaml');
    instance.workspace.edit('web.yaml', (text) =>
      text.replace("'*.some.test'", "'*.all.test'").replace('"*.some.test"', '"*.all.test"'),
    );
    const said = await instance.stream.waitFor('Diagnostic', {
      from,
      where: ({ severity }) => severity === 'error',
    });
    expect(said.code).toBe('CALB0116');
    expect(said.message).toContain('must be unique for each listener');
    expect(await status('a.some.test')).toBe(200);
    expect(await status('a.own.test')).toBe(200);
    instance.workspace.write('web.yaml', before);
    await instance.untilStatus(200, ask('a.some.test'));
  });

  test('a Gateway of a class that nobody here controls is ignored, with a hint', async () => {
    const from = instance.stream.mark;
    const other = toYaml(gateway({ name: 'other' })).replace(
      'gatewayClassName: eg',
      'gatewayClassName: istio',
    );
    instance.workspace.write('other.yaml', other);
    const hint = await instance.stream.waitFor('Diagnostic', {
      from,
      where: ({ resource }) => resource === 'Gateway/default/other',
    });
    expect(hint.severity).not.toBe('error');
    instance.workspace.remove('other.yaml');
  });
});
