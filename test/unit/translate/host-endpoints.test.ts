import { describe, expect, test } from 'vitest';
import type { Resources } from '../../../src/resources/resources.ts';
import { createTranslator } from '../../../src/translate/build.ts';
import type { TranslateInput } from '../../../src/translate/translation.ts';
import { declared } from '../../fixtures/declared.ts';
import { translateInput } from '../../fixtures/translate-input.ts';

const gateway = `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: web, namespace: a }
spec: { gatewayClassName: eg, listeners: [{ name: http, port: 80, protocol: HTTP }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: web, namespace: a }
spec: { parentRefs: [{ name: web }], rules: [{ backendRefs: [{ name: own, port: 80 }] }] }
`;

/** A Service of which somebody has said by hand what is behind it. */
const ownServer = (clusterIP = '') => `
apiVersion: v1
kind: Service
metadata: { name: own, namespace: a }
spec: { ports: [{ port: 80 }] ${clusterIP} }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: own-1, namespace: a, labels: { kubernetes.io/service-name: own } }
addressType: IPv4
ports: [{ port: 8080 }]
endpoints: [{ addresses: [127.0.0.1] }]
`;

const throughName = `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: web, namespace: a }
spec: { gatewayClassName: eg, listeners: [{ name: http, port: 80, protocol: HTTP }] }
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: web, namespace: a }
spec:
  parentRefs: [{ name: web }]
  rules: [{ backendRefs: [{ group: gateway.envoyproxy.io, kind: Backend, name: named }] }]
---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: Backend
metadata: { name: named, namespace: a }
spec: { endpoints: [{ fqdn: { hostname: own.a.svc.cluster.local, port: 9000 } }] }
`;

function endpoints(resources: Resources, parts: Partial<TranslateInput>) {
  const { tenants } = createTranslator()(translateInput(resources, parts));
  const clusters = tenants.get('a')?.clusters ?? [];
  return clusters.flatMap(({ localities }) => localities.flatMap((locality) => locality.endpoints));
}

const hostSocketFolder = '/run/host';

describe("this machine's own servers", () => {
  test('that an EndpointSlice names are dialled, or reached by a socket where Envoy cannot dial them', () => {
    const resources = declared(gateway, ownServer());
    const direct = { alternatives: [], declared: '127.0.0.1:8080' };
    const address = { address: '127.0.0.1', port: 8080 };
    expect(endpoints(resources, {})).toEqual([{ ...direct, address }]);
    expect(endpoints(resources, { hostSocketFolder })).toEqual([
      { ...direct, address: { path: '/run/host/127.0.0.1_8080.sock' }, hostTarget: address },
    ]);
  });

  test('that a headless name stands for get the declared port', () => {
    const resources = declared(throughName, ownServer(', clusterIP: None'));
    const named = { alternatives: [], declared: 'own.a.svc.cluster.local:9000' };
    const address = { address: '127.0.0.1', port: 9000 };
    expect(endpoints(resources, {})).toEqual([{ ...named, address }]);
    expect(endpoints(resources, { hostSocketFolder })).toEqual([
      { ...named, address: { path: '/run/host/127.0.0.1_9000.sock' }, hostTarget: address },
    ]);
  });

  test('that the name of a Service stands for are reached without the Service, which is no nearer to them', () => {
    const resources = declared(throughName.replace('9000', '80'), ownServer());
    expect(endpoints(resources, {})).toMatchObject([{ declared: 'own.a.svc.cluster.local:80' }]);
    expect(endpoints(resources, {})).not.toMatchObject([{ address: { address: '127.0.0.1', port: 8080 } }]);
    expect(endpoints(resources, { hostSocketFolder })).toEqual([
      {
        address: { path: '/run/host/127.0.0.1_8080.sock' },
        alternatives: [],
        declared: 'own.a.svc.cluster.local:80',
        hostTarget: { address: '127.0.0.1', port: 8080 },
      },
    ]);
  });
});

test('that echo stands in for an image is said where no images are run', () => {
  const resources = declared(`
apiVersion: apps/v1
kind: Deployment
metadata: { name: shop, namespace: a }
spec:
  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: { app: shop } }
    spec: { containers: [{ name: shop, image: 'registry.example/shop:1' }] }
`);
  const codes = (runsImages: boolean) =>
    createTranslator()(translateInput(resources, { runsImages })).diagnostics.map(({ code }) => code);
  expect(codes(false)).toContain('CALB0428');
  expect(codes(true)).not.toContain('CALB0428');
});

test('that only the first container of a template is simulated is said at the second one', () => {
  const deployment = (containers: string) => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: shop, namespace: a }
spec:
  selector: { matchLabels: { app: shop } }
  template:
    metadata: { labels: { app: shop } }
    spec:
      containers:${containers}
`;
  const one = `
        - { name: shop, image: 'registry.example/shop:1' }`;
  const two = `${one}
        - { name: proxy, image: 'registry.example/proxy:1' }`;
  const found = (text: string) =>
    createTranslator()(translateInput(declared(text), {})).diagnostics.filter(
      ({ code }) => code === 'CALB0432',
    );
  expect(found(deployment(one))).toEqual([]);
  expect(found(deployment(two))).toMatchObject([
    { message: 'shop is simulated, proxy not', position: { line: 12 }, resource: 'Deployment/a/shop' },
  ]);
});
