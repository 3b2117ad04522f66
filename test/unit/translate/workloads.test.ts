import { describe, expect, test } from 'vitest';
import { assumePods } from '../../../src/session/assume-bindings.ts';
import { servicePorts } from '../../../src/translate/backends/service-ports.ts';
import type { Workloads } from '../../../src/translate/translation.ts';
import { buildWorkloads } from '../../../src/translate/workloads.ts';
import { declared, declaredStore, redeclare } from '../../fixtures/declared.ts';

const deployment = (replicas: number, container = '', image = 'gcr.io/x/echo-basic:v1') => `
apiVersion: apps/v1
kind: Deployment
metadata: { name: active, namespace: team-b }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: active } }
  template:
    metadata:
      labels: { app: active, version: v1 }
    spec:
      serviceAccountName: active
      volumes:
        - { name: tls, secret: { secretName: certificate, items: [{ key: tls.crt, path: cert.pem }] } }
        - { name: config, configMap: { name: settings } }
      containers:
        - name: active
          image: ${image}
          ports: [{ name: web, containerPort: 8080 }]
          ${container}
---
`;

const environment = `env:
            - { name: POD_NAME, valueFrom: { fieldRef: { fieldPath: metadata.name } } }
            - { name: NAMESPACE, valueFrom: { fieldRef: { fieldPath: metadata.namespace } } }
            - { name: VERSION, valueFrom: { fieldRef: { fieldPath: "metadata.labels['version']" } } }
            - { name: ACCOUNT, valueFrom: { fieldRef: { fieldPath: spec.serviceAccountName } } }
            - { name: IP, valueFrom: { fieldRef: { fieldPath: status.podIP } } }
            - { name: MODE, valueFrom: { configMapKeyRef: { name: settings, key: mode } } }
            - { name: PASSWORD, valueFrom: { secretKeyRef: { name: certificate, key: password } } }
            - { name: GREETING, value: "$(MODE) in $(NAMESPACE), $$5, $(UNKNOWN)" }
          envFrom: [{ prefix: C_, configMapRef: { name: settings } }]
          volumeMounts:
            - { name: tls, mountPath: /etc/tls }
            - { name: config, mountPath: /etc/mode, subPath: mode }`;

const objects = `
apiVersion: v1
kind: ConfigMap
metadata: { name: settings, namespace: team-b }
data: { mode: fast }
---
apiVersion: v1
kind: Secret
metadata: { name: certificate, namespace: team-b }
stringData: { tls.crt: PEM, password: secret }
---
apiVersion: v1
kind: Service
metadata: { name: active, namespace: team-b }
spec:
  selector: { app: active }
  ports:
    - { name: web, port: 80, targetPort: web }
    - { name: raw, port: 81, targetPort: 9000 }
    - { name: rpc, port: 82, targetPort: 9001, appProtocol: kubernetes.io/h2c }
    - { name: dns, port: 53, protocol: UDP }
---
`;

const names = ({ pods }: Workloads) => pods.map(({ pod }) => pod.name);

describe('pods of a Deployment', () => {
  test('have Kubernetes-like names that template and ordinal decide', () => {
    const two = names(buildWorkloads(declared(deployment(2))));
    const three = names(buildWorkloads(declared(deployment(3))));
    for (const name of two)
      expect(name).toMatch(/^active-[bcdfghjklmnpqrstvwxz2456789]{10}-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    expect(three.slice(0, 2)).toEqual(two);
    expect(new Set(three).size).toBe(3);
    const other = names(buildWorkloads(declared(deployment(2, 'args: [x]'))));
    expect(other[0]?.split('-')[1]).not.toBe(two[0]?.split('-')[1]);
  });

  test('are none at replicas 0', () => {
    expect(buildWorkloads(declared(deployment(0))).pods).toEqual([]);
  });

  test('get their environment, files and ports', () => {
    const [workload] = buildWorkloads(declared(deployment(1, environment), objects)).pods;
    expect(workload?.pod.env).toEqual({
      C_mode: 'fast',
      POD_NAME: workload?.pod.name,
      NAMESPACE: 'team-b',
      VERSION: 'v1',
      ACCOUNT: 'active',
      IP: '$(status.podIP)',
      MODE: 'fast',
      PASSWORD: 'secret',
      GREETING: 'fast in team-b, $5, $(UNKNOWN)',
      H2C_PORT: '9001',
    });
    expect(workload?.pod.files).toEqual({ '/etc/tls/cert.pem': 'PEM', '/etc/mode': 'fast' });
    expect(workload?.pod.ports).toEqual([8080, 9000]);
    expect(workload?.pod.app).toBe('echo');
  });

  test('of a foreign image know their own name', () => {
    const [workload] = buildWorkloads(declared(deployment(1, '', 'nginx:1'))).pods;
    expect(workload?.pod).toMatchObject({
      app: 'echo',
      env: { POD_NAME: workload?.pod.name, NAMESPACE: 'team-b' },
    });
  });

  test('keep their identity while another object is edited', () => {
    const before = declaredStore(deployment(2, environment), objects);
    const first = buildWorkloads(before.resources);
    const route =
      'apiVersion: v1\nkind: Service\nmetadata: { name: other, namespace: team-b }\nspec: { ports: [{ port: 1 }] }\n';
    const second = buildWorkloads(redeclare(before, deployment(2, environment), objects, route).resources);
    expect(second.services).toHaveLength(2);
    expect(second.pods).toBe(first.pods);
  });
});

describe('pods for addresses', () => {
  const backend = (name: string, endpoints: string, extra = '') => `
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: Backend
metadata: { name: ${name}, namespace: team-b ${extra} }
spec: { endpoints: [${endpoints}] }
---
`;
  const ip = (address: string, port: number) => `{ ip: { address: ${address}, port: ${port} } }`;

  test('simulate what is neither this machine nor a Service', () => {
    const { pods } = buildWorkloads(
      declared(
        objects,
        backend('a', [ip('192.168.0.1', 8080), ip('127.0.0.1', 1)].join()),
        backend('b', ip('192.168.0.1', 9090)),
        backend(
          'c',
          ['active.team-b.svc.cluster.local', 'active.team-b', 'localhost', 'www.example.com']
            .map((name) => `{ fqdn: { hostname: ${name}, port: 80 } }`)
            .join(),
        ),
      ),
    );
    expect(pods.map(({ standsFor, pod }) => [standsFor?.address, pod.app, pod.ports])).toEqual([
      ['192.168.0.1', 'echo', [8080, 9090]],
      ['www.example.com', 'echo', [80]],
    ]);
  });

  test('are httpbin where a CycloudBackend is behind the Backend', () => {
    const annotations = ', annotations: { loadbalancing.cycloud.jp/cycloud-backend: a }';
    const { pods } = buildWorkloads(declared(backend('a-x', ip('192.168.0.1', 80), annotations)));
    expect(pods.map(({ pod }) => pod)).toMatchObject([{ app: 'httpbin', ports: [80] }]);
  });

  test('are made for hand-written EndpointSlices', () => {
    const slice = `
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: s, namespace: team-b, labels: { kubernetes.io/service-name: s } }
addressType: IPv4
ports: [{ name: web, port: 3333 }]
endpoints: [{ addresses: [10.0.0.1] }, { addresses: [127.0.0.5] }]
`;
    expect(buildWorkloads(declared(slice)).pods).toMatchObject([
      { standsFor: { address: '10.0.0.1' }, pod: { ports: [3333] } },
    ]);
  });
});

describe("a Service's own address", () => {
  const resources = declared(deployment(2), objects);
  const workloads = buildWorkloads(resources);
  const [service] = workloads.services;
  const pods = assumePods(workloads);
  const address = pods[0]?.address;
  const ports = (ready: readonly boolean[]) => {
    if (service === undefined) throw new Error('no Service');
    const observed = pods.map((pod, index) => ({ ...pod, ready: ready[index] === true }));
    return servicePorts(service.resource, workloads, observed);
  };

  test('hands connections to the ready pods, by number and by name of the port', () => {
    expect(ports([true, false])).toEqual([
      { port: 80, targets: [{ address, port: 8080 }] },
      { port: 81, targets: [{ address, port: 9000 }] },
      { port: 82, targets: [{ address, port: 9001 }] },
    ]);
  });

  test('refuses when none is ready', () => {
    expect(ports([false, false]).flatMap(({ targets }) => targets)).toEqual([]);
  });

  test('is not there for headless Services and other names', () => {
    const headless = `
apiVersion: v1
kind: Service
metadata: { name: headless }
spec: { clusterIP: None, ports: [{ port: 80 }] }
---
apiVersion: v1
kind: Service
metadata: { name: outside }
spec: { type: ExternalName, externalName: www.example.com }
`;
    expect(buildWorkloads(declared(headless)).services).toEqual([]);
  });

  test('of hand-written EndpointSlices hands connections to their addresses', () => {
    const byHand = declared(`
apiVersion: v1
kind: Service
metadata: { name: s }
spec: { ports: [{ name: web, port: 80 }] }
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: { name: s-1, labels: { kubernetes.io/service-name: s } }
addressType: IPv4
ports: [{ name: web, port: 3000 }]
endpoints: [{ addresses: [127.0.0.5] }, { addresses: [10.0.0.1] }, { addresses: [10.0.0.2], conditions: { ready: false } }]
`);
    const made = buildWorkloads(byHand);
    const [own] = made.services;
    if (own === undefined) throw new Error('no Service');
    const simulated = assumePods(made);
    expect(servicePorts(own.resource, made, simulated)).toEqual([
      {
        port: 80,
        targets: [
          { address: '127.0.0.5', port: 3000 },
          { address: simulated[0]?.address, port: 3000 },
        ],
      },
    ]);
  });
});

test('what is no text in a volume stays what it is', () => {
  const binary = objects.replace(
    'data: { mode: fast }',
    'data: { mode: fast }\nbinaryData: { logo: AP8Q, note: aGVsbG8= }',
  );
  const volume = 'volumeMounts: [{ name: config, mountPath: /etc/config }]';
  const [workload] = buildWorkloads(declared(deployment(1, volume) + binary)).pods;
  expect(workload?.pod).toMatchObject({
    files: { '/etc/config/mode': 'fast', '/etc/config/note': 'hello' },
    binaryFiles: { '/etc/config/logo': 'AP8Q' },
  });
});
