import { describe, expect, test } from 'vitest';
import type { ObservedService } from '../../../src/runtime/runtime.ts';
import { proxyNetwork } from '../../../src/session/derive/proxy-network.ts';
import { Bench, operations } from '../../fixtures/session-bench.ts';

const gateway = (name: string, port: number, namespace = 'default', more = '') => `---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: ${name}, namespace: ${namespace}}
spec: {gatewayClassName: eg, ${more}listeners: [{name: http, protocol: HTTP, port: ${port}}]}
`;

const backend = (name: string, endpoint: string) => `---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: Backend
metadata: {name: ${name}, namespace: default}
spec: {endpoints: [${endpoint}]}
`;

const route = (backends: readonly string[]) => `---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: web, namespace: default}
spec:
  parentRefs: [{name: eg}]
  rules:
  - backendRefs:
${backends.map((one) => `    - ${one}\n`).join('')}`;

const service = (name: string, namespace: string) => `---
apiVersion: v1
kind: Service
metadata: {name: ${name}, namespace: ${namespace}}
spec: {selector: {app: ${name}}, ports: [{port: 80}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: ${namespace}}
spec: {selector: {matchLabels: {app: ${name}}}, template: {metadata: {labels: {app: ${name}}}, spec: {containers: [{name: ${name}, image: echo}]}}}
`;

const named = (name: string) => `{group: gateway.envoyproxy.io, kind: Backend, name: ${name}}`;

/** An instance whose runtime gives Envoys a network of their own. */
function containers(manifest: string): Bench {
  const traits = {
    adminSocketMode: 0o666,
    runsImages: true,
    sharesListeners: true,
    hostSocketFolder: '/run/host',
  };
  const bench = new Bench(manifest, { traits });
  bench.bringUp();
  return bench;
}

const networkOf = (bench: Bench) => proxyNetwork(bench.state, 'default');

describe('the network of an Envoy that has one of its own', () => {
  test('names the Services of its Gateways as Envoy Gateway does', () => {
    const proxy = `---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: EnvoyProxy
metadata: {name: settings, namespace: default}
spec: {provider: {type: Kubernetes, kubernetes: {envoyService: {name: my-gateway}}}}
`;
    const reference =
      'infrastructure: {parametersRef: {group: gateway.envoyproxy.io, kind: EnvoyProxy, name: settings}}, ';
    const bench = containers(
      gateway('eg', 80) + gateway('own', 81, 'default', reference) + gateway('x', 80, 'other') + proxy,
    );
    const socket = { address: '127.9.9.8', port: 81 };
    const own = { gateway: 'default/own', port: 81, bind: [socket], reach: socket, localhost: false };
    const bindings = [...bench.state.bindings, own];
    bench.step({ type: 'ports-reserved', bindings });
    expect(networkOf(bench).services).toEqual([
      { gateway: 'default/eg', namespace: 'default', name: 'eg' },
      { gateway: 'default/own', namespace: 'default', name: 'my-gateway' },
    ]);
    expect(networkOf(bench).bindings).toEqual(bindings);
  });

  test('reaches the namespaces that its routes lead to, whether or not anything is ready there', () => {
    const grant = `---
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: {name: all, namespace: far}
spec: {from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: default}], to: [{group: '', kind: Service}]}
`;
    const bench = containers(
      gateway('eg', 80) +
        service('near', 'default') +
        service('far', 'far') +
        service('named', 'named') +
        service('unused', 'unused') +
        grant +
        backend('by-name', '{fqdn: {hostname: named.named.svc.cluster.local, port: 80}}') +
        route(['{name: near, port: 80}', '{name: far, namespace: far, port: 80}', named('by-name')]),
    );
    const observed = (namespace: string): ObservedService => ({
      namespace,
      name: namespace,
      address: `10.0.0.${namespace.length}`,
      ports: [],
      ready: true,
    });
    bench.observed = { ...bench.observed, services: [observed('named'), observed('far')] };
    bench.step({ type: 'deadline' });
    expect(networkOf(bench).reaches).toEqual(['far', 'named']);
    bench.observed = { ...bench.observed, pods: [] };
    bench.step({ type: 'deadline' });
    expect(networkOf(bench).reaches).toEqual(['far', 'named']);
    expect(networkOf(bench).reaches).toBe(networkOf(bench).reaches);
  });

  test('leads to the servers of this machine by sockets, each of which is named once', () => {
    const bench = containers(
      gateway('eg', 80) +
        backend('a', '{ip: {address: 127.0.0.1, port: 8080}}, {ip: {address: 192.168.7.7, port: 8080}}') +
        backend('b', '{fqdn: {hostname: localhost, port: 80}}') +
        backend('c', '{unix: {path: /tmp/a.sock}}') +
        backend('d', '{ip: {address: 127.0.0.1, port: 8080}}') +
        route(['a', 'b', 'c', 'd'].map(named)),
    );
    expect(networkOf(bench).hostTargets).toEqual([
      { path: '/tmp/a.sock' },
      { address: '127.0.0.1', port: 8080 },
      { address: 'localhost', port: 80 },
    ]);
    const { clusters = [] } = bench.state.tenants.get('default')?.model ?? {};
    const localities = clusters.flatMap((cluster) => cluster.localities);
    const endpoints = localities.flatMap((locality) => locality.endpoints);
    expect(endpoints.map(({ address, declared }) => [declared, address])).toEqual([
      ['127.0.0.1:8080', { path: '/run/host/127.0.0.1_8080.sock' }],
      ['192.168.7.7:8080', { address: expect.stringMatching(/^127\.8\./), port: 8080 }],
      ['localhost:80', { path: '/run/host/localhost_80.sock' }],
      ['/tmp/a.sock', { path: expect.stringMatching(/^\/run\/host\/unix_[0-9a-f]{16}\.sock$/) }],
      ['127.0.0.1:8080', { path: '/run/host/127.0.0.1_8080.sock' }],
    ]);
  });

  test('waits for its ports before it is started, and is not stopped when another one is wanted', () => {
    const bench = new Bench(gateway('eg', 80), {
      traits: { adminSocketMode: 0o666, runsImages: true, sharesListeners: true },
    });
    const credentials = { token: 't', caCertificate: 'CA', serverName: 'cp', at: { path: '/run/cp.sock' } };
    bench.save(bench.manifest);
    const early = operations(bench.step({ type: 'credentials-ready', tenant: 'default', credentials }));
    expect(early).toEqual([]);
    const socket = { address: '127.9.9.9', port: 80 };
    const binding = { gateway: 'default/eg', port: 80, bind: [socket], reach: socket, localhost: false };
    const started = operations(bench.step({ type: 'ports-reserved', bindings: [binding] }));
    expect(started).toMatchObject([{ type: 'start-proxy', proxy: { network: { bindings: [binding] } } }]);
    expect(operations(bench.save(gateway('eg', 80) + gateway('second', 81)))).toEqual([]);
  });
});
