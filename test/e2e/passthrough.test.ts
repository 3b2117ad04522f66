import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from './support/eventually.ts';
import { echoed } from './support/http-request.ts';
import { type Instance, startInstance } from './support/instance.ts';
import { gateway, httpRoute, type Manifest, toYaml } from './support/manifests.ts';
import { describeWithEnvoy } from './support/with-envoy.ts';

const backend = (name: string, endpoint: Manifest): Manifest => ({
  apiVersion: 'gateway.envoyproxy.io/v1alpha1',
  kind: 'Backend',
  metadata: { name, namespace: 'default' },
  spec: { endpoints: [endpoint] },
});

const route = (name: string): Manifest =>
  httpRoute({
    name,
    parent: 'web',
    hostnames: [`${name}.test`],
    rules: [{ backendRefs: [{ group: 'gateway.envoyproxy.io', kind: 'Backend', name }] }],
  });

describeWithEnvoy("a Backend's address", () => {
  let server: Server;
  let instance: Instance;
  beforeAll(async () => {
    server = createServer((_request, response) => response.end('my own server')).listen(0, '127.0.0.1');
    await eventually('the server listens', () => server.listening);
    const { port } = server.address() as AddressInfo;
    instance = await startInstance(undefined, {
      files: {
        'web.yaml': toYaml(gateway({ name: 'web' })),
        'local.yaml': toYaml(route('local'), backend('local', { ip: { address: '127.0.0.1', port } })),
        'named.yaml': toYaml(route('named'), backend('named', { fqdn: { hostname: 'localhost', port } })),
        'remote.yaml': toYaml(
          route('remote'),
          backend('remote', { fqdn: { hostname: 'api.example.com', port: 443 } }),
        ),
      },
    });
  });
  afterAll(async () => {
    await instance?.stop();
    server.close();
  });

  test.each(['local', 'named'])(
    "that is this machine (%s) is passed through to the person's own server",
    async (name) => {
      const response = await instance.untilStatus(200, { host: `${name}.test` });
      expect(response.body).toBe('my own server');
    },
  );

  test('that is somewhere else is simulated, and nothing leaves the machine', async () => {
    const answer = echoed(await instance.request({ host: 'remote.test', path: '/x' }));
    expect(answer.path).toBe('/x');
    expect(answer.pod).toContain('remote');
  });
});
