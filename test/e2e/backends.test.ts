import { readFileSync } from 'node:fs';
import { afterEach, expect } from 'vitest';
import { backendTenant } from '../fixtures/backend-tenant.ts';
import { ask, echoBackend, freePort, ModelEnvoy } from '../fixtures/model-envoy.ts';
import { describeWithEnvoy, testWithEnvoy } from './support/with-envoy.ts';

const golden = new URL('../golden/backends/', import.meta.url);

const gateway = `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: gw }
spec: { gatewayClassName: eg, listeners: [{ name: http, port: 80, protocol: HTTP }] }
---
apiVersion: v1
kind: Service
metadata: { name: empty }
spec: { selector: { app: nobody }, ports: [{ port: 80 }] }
---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: BackendTrafficPolicy
metadata: { name: checks }
spec:
  targetRefs: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, name: route }]
  healthCheck:
    active:
      { type: HTTP, timeout: 1s, interval: 100ms, unhealthyThreshold: 1, healthyThreshold: 1, http: { path: /healthz } }
---
`;

const backend = (name: string, port: number, fallback = false) => `
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: Backend
metadata: { name: ${name} }
spec: { fallback: ${fallback}, endpoints: [{ ip: { address: 127.0.0.1, port: ${port} } }] }
---
`;

const ref = (name: string) => `{ group: gateway.envoyproxy.io, kind: Backend, name: ${name} }`;

const route = (...rules: readonly string[]) => `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: route }
spec:
  parentRefs: [{ name: gw }]
  rules: [${rules.map((refs) => `{ backendRefs: [${refs}] }`).join()}]
`;

/** Asks until the answer is as wanted; the last answer otherwise. */
async function until<T>(question: () => Promise<T>, wanted: (answer: T) => boolean): Promise<T> {
  const deadline = Date.now() + 10_000;
  let answer = await question();
  while (!wanted(answer) && Date.now() < deadline) answer = await question();
  return answer;
}

describeWithEnvoy('backends on a real Envoy', () => {
  const envoys: ModelEnvoy[] = [];
  const servers: { close(): void }[] = [];
  afterEach(async () => {
    await Promise.all(envoys.splice(0).map((envoy) => envoy.stop()));
    for (const server of servers.splice(0)) server.close();
  });

  const serve = async (name: string) => {
    const server = await echoBackend(name);
    servers.push(server);
    return server;
  };
  const run = async (text: string) => {
    const port = await freePort();
    const envoy = new ModelEnvoy();
    envoys.push(envoy);
    await envoy.start(backendTenant(text, port), port);
    return async (path: string) => {
      const { status, body } = await ask({ port, path });
      return status === 200 ? (JSON.parse(body).name as string) : String(status);
    };
  };

  testWithEnvoy('the fallback takes over when the health check of the primary fails', async () => {
    const [active, passive] = [await serve('active'), await serve('passive')];
    const answer = await run(
      gateway +
        backend('active', active.port) +
        backend('passive', passive.port, true) +
        route([ref('active'), ref('passive')].join()),
    );
    expect(
      await until(
        () => answer('/0'),
        (name) => name === 'active',
      ),
    ).toBe('active');
    for (let n = 0; n < 10; n++) expect(await answer('/0')).toBe('active');
    active.close();
    expect(
      await until(
        () => answer('/0'),
        (name) => name === 'passive',
      ),
    ).toBe('passive');
    for (let n = 0; n < 10; n++) expect(await answer('/0')).toBe('passive');
  });

  testWithEnvoy('an invalid share is 500, one without endpoints 503, the rest is served', async () => {
    const server = await serve('good');
    const answer = await run(
      gateway +
        backend('good', server.port) +
        backend('spare', server.port, true) +
        route(
          [ref('good'), ref('missing')].join(),
          [ref('good'), '{ name: empty, port: 80 }'].join(),
          ref('missing'),
          '{ name: empty, port: 80 }',
          ref('spare'),
        ),
    );
    const answers = async (path: string) => {
      const seen = new Set<string>();
      await until(
        async () => seen.add(await answer(path)),
        ({ size }) => size === 2,
      );
      return [...seen].sort();
    };
    expect(await answers('/0')).toEqual(['500', 'good']);
    expect(await answers('/1')).toEqual(['503', 'good']);
    expect(await answer('/2')).toBe('500');
    expect(await answer('/3')).toBe('503');
    expect(
      await until(
        () => answer('/4'),
        (name) => name === 'good',
      ),
    ).toBe('good');
  });

  testWithEnvoy.each(['failover', 'policy-fields', 'references', 'splits'])(
    'the clusters of the golden %s are accepted',
    async (name) => {
      const answer = await run(readFileSync(new URL(`${name}.in.yaml`, golden), 'utf8'));
      expect(await answer('/none')).toBe('404');
    },
  );
});
