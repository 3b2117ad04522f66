import { describe, expect, test } from 'vitest';
import { objectKey } from '../../../../src/resources/manifest.ts';
import type { SessionEvent } from '../../../../src/session/events.ts';
import { eventObject, kubeEvents } from '../../../../src/session/objects/kube-events.ts';
import { listObjects } from '../../../../src/session/objects/object-view.ts';
import { Bench, quickstart } from '../../../fixtures/session-bench.ts';

function up(manifest = quickstart): Bench {
  const bench = new Bench(manifest);
  bench.bringUp();
  return bench;
}

// biome-ignore lint/suspicious/noExplicitAny: any JSON
function only(bench: Bench, kind: string, fits: (name: string) => boolean = () => true): any {
  const found = listObjects(bench.state, kind).filter(({ metadata }) => fits(metadata.name));
  expect(found.map(({ metadata }) => metadata.name)).toHaveLength(1);
  return found[0];
}

const isEnvoy = (name: string) => name.startsWith('envoy-');
const isOther = (name: string) => !isEnvoy(name);

const withEnvoyService = `${quickstart.replace(
  /^( *)controllerName:.*$/m,
  '$&\n$1parametersRef: { group: gateway.envoyproxy.io, kind: EnvoyProxy, name: own, namespace: default }',
)}
---
apiVersion: gateway.envoyproxy.io/v1alpha1
kind: EnvoyProxy
metadata: { name: own, namespace: default }
spec:
  provider:
    type: Kubernetes
    kubernetes:
      envoyService: { name: my-gateway, type: ClusterIP, labels: { team: a }, annotations: { note: b } }
`;

test("an Envoy's Service is named, and of the type, that its EnvoyProxy says", () => {
  const service = only(up(withEnvoyService), 'Service', (name) => name === 'my-gateway');
  expect(service).toMatchObject({
    metadata: {
      labels: { team: 'a', 'app.kubernetes.io/name': 'envoy' },
      annotations: { note: 'b' },
    },
    spec: { type: 'ClusterIP', clusterIP: expect.stringMatching(/^127\./) },
    status: { loadBalancer: {} },
  });
  expect(service.spec).not.toHaveProperty('externalTrafficPolicy');
});

describe('what controllers make in a cluster', () => {
  test('a pod belongs to the ReplicaSet of its Deployment', () => {
    const bench = up();
    const pod = only(bench, 'Pod', isOther);
    const set = only(bench, 'ReplicaSet');
    const deployment = only(bench, 'Deployment');
    expect(pod.metadata.ownerReferences).toMatchObject([
      { kind: 'ReplicaSet', name: set.metadata.name, uid: set.metadata.uid, controller: true },
    ]);
    expect(pod.metadata.name.startsWith(`${set.metadata.name}-`)).toBe(true);
    expect(set.metadata.ownerReferences).toMatchObject([
      { kind: 'Deployment', name: deployment.metadata.name, uid: deployment.metadata.uid },
    ]);
    expect(pod.metadata.labels['pod-template-hash']).toBe(set.spec.selector.matchLabels['pod-template-hash']);
    expect(set.status).toMatchObject({ replicas: 1, readyReplicas: 1 });
    expect(pod.spec).toMatchObject({
      nodeName: only(bench, 'Node').metadata.name,
      containers: deployment.spec.template.spec.containers,
    });
  });

  test('the slice of a Service names the pods behind it, ready or not', () => {
    const bench = up();
    const slice = only(bench, 'EndpointSlice');
    const pod = only(bench, 'Pod', isOther);
    const service = only(bench, 'Service', isOther);
    expect(slice.metadata.labels['kubernetes.io/service-name']).toBe(service.metadata.name);
    expect(slice).toMatchObject({
      addressType: 'IPv4',
      endpoints: [
        {
          addresses: [pod.status.podIP],
          conditions: { ready: true, serving: true, terminating: false },
          targetRef: { kind: 'Pod', name: pod.metadata.name },
        },
      ],
      ports: [{ port: 3000, protocol: 'TCP' }],
    });
    bench.observed = {
      ...bench.observed,
      pods: bench.observed.pods.map((observed) => ({ ...observed, ready: false })),
    };
    bench.step({ type: 'deadline' });
    expect(only(bench, 'EndpointSlice').endpoints[0].conditions.ready).toBe(false);
  });

  test('each Gateway has the pod, the Service and the account of its Envoy, as Envoy Gateway labels them', () => {
    const infrastructure = '  infrastructure:\n    labels: { team: web }\n    annotations: { note: hello }\n';
    const bench = up(
      quickstart.replace(/^( *)gatewayClassName: eg\n/m, (line) => `${line}${infrastructure}`),
    );
    const labels = {
      'app.kubernetes.io/component': 'proxy',
      'gateway.envoyproxy.io/owning-gateway-name': 'eg',
      'gateway.envoyproxy.io/owning-gateway-namespace': 'default',
      'gateway.networking.k8s.io/gateway-name': 'eg',
      team: 'web',
    };
    // The hash is the beginning of sha256("default/eg").
    const service = only(bench, 'Service', isEnvoy);
    expect(service).toMatchObject({
      metadata: { name: 'envoy-default-eg-e41e7b31', labels, annotations: { note: 'hello' } },
      spec: { type: 'LoadBalancer', ports: [{ name: 'http-80', port: 80, targetPort: 80 }] },
      status: { loadBalancer: { ingress: [{ ip: '127.9.9.9' }] } },
    });
    const pod = only(bench, 'Pod', isEnvoy);
    expect(pod).toMatchObject({
      metadata: { labels, annotations: { note: 'hello' } },
      spec: { serviceAccountName: 'envoy-default-eg-e41e7b31' },
      status: { phase: 'Running' },
    });
    expect(pod.metadata.name).toMatch(/^envoy-default-eg-e41e7b31-[a-z0-9]{10}-[a-z0-9]{5}$/);
    expect(only(bench, 'ServiceAccount', isEnvoy).metadata).toMatchObject({ labels });
  });

  test('an Envoy that is not there yet has a pod that is not ready', () => {
    const bench = new Bench();
    bench.save(quickstart);
    const pod = only(bench, 'Pod', isEnvoy);
    expect(pod.status.phase).toBe('Pending');
    expect(pod.status.conditions).toContainEqual(expect.objectContaining({ type: 'Ready', status: 'False' }));
  });

  test('Namespaces are active and have their account', () => {
    const bench = up();
    expect(only(bench, 'Namespace')).toMatchObject({
      metadata: { name: 'default' },
      status: { phase: 'Active' },
    });
    expect(only(bench, 'ServiceAccount', (name) => name === 'default').metadata.namespace).toBe('default');
  });
});

describe('a Deployment', () => {
  const conditionsOf = (bench: Bench) =>
    Object.fromEntries(
      only(bench, 'Deployment').status.conditions.map(
        ({ type, reason }: { type: string; reason: string }) => [type, reason],
      ),
    );

  test('is available when its pods are, and says which generation it speaks of', () => {
    const bench = up();
    const { status, metadata } = only(bench, 'Deployment');
    expect(status).toMatchObject({
      observedGeneration: metadata.generation,
      replicas: 1,
      updatedReplicas: 1,
      readyReplicas: 1,
      availableReplicas: 1,
    });
    expect(conditionsOf(bench)).toEqual({
      Available: 'MinimumReplicasAvailable',
      Progressing: 'NewReplicaSetAvailable',
    });
  });

  test('counts former pods until they are gone, and is not done before', () => {
    const bench = up();
    bench.step({ type: 'scale', namespace: 'default', name: 'backend', replicas: 3 });
    expect(only(bench, 'Deployment').status).toMatchObject({
      replicas: 3,
      readyReplicas: 1,
      unavailableReplicas: 2,
    });
    expect(conditionsOf(bench)).toEqual({
      Available: 'MinimumReplicasUnavailable',
      Progressing: 'ReplicaSetUpdated',
    });
    bench.save(quickstart.replace(/image: (\S+)/, 'image: $1-new'));
    const names = listObjects(bench.state, 'Pod').filter(({ metadata }) => isOther(metadata.name));
    // The new pod is not ready, so the old one still serves.
    expect(names.length).toBeGreaterThanOrEqual(2);
    expect(only(bench, 'Deployment').status.observedGeneration).toBe(
      only(bench, 'Deployment').metadata.generation,
    );
  });
});

test('an object of a file says where it is declared; one that was written does not', () => {
  const bench = new Bench();
  bench.save(`# first a comment\n\n${quickstart}`);
  const route = only(bench, 'HTTPRoute');
  const line = Number(route.metadata.annotations['calb-sim/source'].split(':')[1]);
  expect(route.metadata.annotations['calb-sim/source']).toMatch(/^a\.yaml:\d+$/);
  expect(`# first a comment\n\n${quickstart}`.split('\n')[line - 1]).toMatch(/^apiVersion: /);
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'default' } };
  bench.step({ type: 'object-write', put: [object], delete: [], by: 'test' });
  expect(only(bench, 'ConfigMap').metadata.annotations).toBeUndefined();
  bench.step({ type: 'object-write', put: [], delete: [objectKey('ConfigMap', 'default', 'c')], by: 'test' });
  expect(listObjects(bench.state, 'ConfigMap')).toEqual([]);
});

describe('Events', () => {
  const at = { v: 1, seq: 1, time: '2026-01-31T09:00:00.000Z' } as const;

  test.each<[string, object, object[]]>([
    [
      'a pod that started',
      { type: 'PodStarted', pod: 'a-1', namespace: 'team-a', address: '127.0.0.9' },
      [{ kind: 'Pod', namespace: 'team-a', name: 'a-1', type: 'Normal', reason: 'Started' }],
    ],
    [
      'a pod that crashed',
      { type: 'PodStopped', pod: 'a-1', namespace: 'team-a', exitCode: 1, willRestart: true },
      [{ type: 'Warning', reason: 'BackOff', message: 'The program ended with 1 and is started again' }],
    ],
    [
      'a Deployment that was scaled',
      { type: 'Scaled', resource: 'Deployment/default/backend', from: 3, to: 1 },
      [
        {
          kind: 'Deployment',
          name: 'backend',
          reason: 'ScalingReplicaSet',
          message: expect.stringMatching(/^Scaled down replica set backend-[a-z0-9]+ from 3 to 1$/),
        },
      ],
    ],
    [
      'a finding',
      {
        ...{ type: 'Diagnostic', code: 'CALB0202', severity: 'error', message: 'Gateway x not found' },
        ...{ effect: 'the route serves nothing', resource: 'HTTPRoute/team-a/r', file: 'a', line: 1 },
      },
      [{ kind: 'HTTPRoute', namespace: 'team-a', name: 'r', type: 'Warning', reason: 'CALB0202' }],
    ],
    [
      'an Envoy',
      { type: 'ProxyStarted', tenant: 'default' },
      [{ kind: 'Pod', reason: 'Started', message: 'Started container envoy' }],
    ],
    ['a request', { type: 'Request', method: 'GET' }, []],
  ])('of %s', (_, event, expected) => {
    expect(kubeEvents({ ...at, ...event } as SessionEvent, up().state)).toMatchObject(expected);
  });

  test('an Event names its object, counts, and has a name of its own', () => {
    const [said] = kubeEvents(
      { ...at, type: 'PodStarted', pod: 'a-1', namespace: 'team-a', address: '127.0.0.9' } as SessionEvent,
      up().state,
    );
    if (said === undefined) throw new Error('nothing was said');
    const object = eventObject(
      said,
      { apiVersion: 'v1', uid: 'u-1' },
      { firstMs: 0, lastMs: 60_000, count: 3 },
    );
    expect(object).toMatchObject({
      metadata: { name: expect.stringMatching(/^a-1\.[0-9a-f]{16}$/), namespace: 'team-a' },
      involvedObject: { kind: 'Pod', namespace: 'team-a', name: 'a-1', uid: 'u-1', apiVersion: 'v1' },
      count: 3,
      firstTimestamp: '1970-01-01T00:00:00Z',
      lastTimestamp: '1970-01-01T00:01:00Z',
    });
  });
});
