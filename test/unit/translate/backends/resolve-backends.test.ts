import { describe, expect, test } from 'vitest';
import type { Gateway } from '../../../../src/gen/kinds/gateway.ts';
import type { HTTPRoute } from '../../../../src/gen/kinds/http-route.ts';
import type { Resource } from '../../../../src/resources/resource.ts';
import type { Resources } from '../../../../src/resources/resources.ts';
import { buildClusters } from '../../../../src/translate/backends/build-clusters.ts';
import { resolveBackends } from '../../../../src/translate/backends/resolve-backends.ts';
import type { TranslateContext } from '../../../../src/translate/context.ts';
import { trafficSettings } from '../../../../src/translate/policies/traffic-settings.ts';
import type { RuleBackends } from '../../../../src/translate/rule-backends.ts';
import { declaredStore, redeclare } from '../../../fixtures/declared.ts';
import { translateContext } from '../../../fixtures/translate-context.ts';

const gateway = `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: gw, namespace: default }
spec:
  gatewayClassName: eg
  listeners: [{ name: http, port: 80, protocol: HTTP }]
---
`;

const service = (name: string, replicas = 1) => `
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: default }
spec:
  selector: { app: ${name} }
  ports: [{ port: 80, targetPort: 3000 }]
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: default }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: echo, image: echo-basic }] }
---
`;

const route = (name: string, refs: string) => `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: ${name}, namespace: default }
spec:
  parentRefs: [{ name: gw }]
  rules:
    - backendRefs: [${refs}]
---
`;

/** Resolves every rule and builds the clusters, as route translation does. */
function translate(context: TranslateContext, resources: Resources) {
  const gw = resources.get<Gateway>('Gateway', 'default', 'gw');
  if (gw === undefined) throw new Error('no Gateway');
  const rules = new Map<string, RuleBackends>();
  for (const of of resources.list<HTTPRoute>('HTTPRoute')) {
    of.object.spec.rules.forEach((_, ruleIndex) => {
      rules.set(`${of.object.metadata.name}/${ruleIndex}`, resolve(context, of, ruleIndex, gw));
    });
  }
  const demands = [...rules.values()].flatMap(({ outcome }) =>
    outcome.type === 'forward' ? outcome.shares.flatMap(({ demand }) => demand ?? []) : [],
  );
  return { rules, clusters: buildClusters(context, demands).clusters };
}

function resolve(
  context: TranslateContext,
  of: Resource<HTTPRoute>,
  ruleIndex: number,
  gw: Resource<Gateway>,
): RuleBackends {
  const settings = trafficSettings(context, { route: of, ruleIndex, gateway: gw, listenerName: 'http' });
  return resolveBackends(context, { route: of, ruleIndex, settings });
}

describe('what did not change keeps its identity', () => {
  const first = declaredStore(
    gateway + service('a', 2) + service('b'),
    route('one', '{ name: a, port: 80 }'),
    route('two', '{ name: b, port: 80 }'),
  );

  test('an edited route leaves all others and their clusters alone', () => {
    const context = translateContext(first.resources);
    const before = translate(context, first.resources);
    const edited = redeclare(
      first,
      gateway + service('a', 2) + service('b'),
      route('one', '{ name: a, port: 80, weight: 1 }, { name: b, port: 80, weight: 1 }'),
      route('two', '{ name: b, port: 80 }'),
    );
    const after = translate(context, edited.resources);
    expect(after.rules.get('two/0')).toBe(before.rules.get('two/0'));
    expect(after.rules.get('one/0')).not.toBe(before.rules.get('one/0'));
    const named = (clusters: typeof before.clusters, name: string) => clusters.find((c) => c.name === name);
    expect(named(after.clusters, 'service/default/b/80')).toBe(
      named(before.clusters, 'service/default/b/80'),
    );
    expect(after.clusters.map(({ name }) => name)).toEqual([
      'service/default/a/80+service/default/b/80',
      'service/default/b/80',
    ]);
  });

  test('a pod that goes changes the clusters of its Service only', () => {
    const context = translateContext(first.resources);
    const before = translate(context, first.resources);
    const pods = context.pods.filter(({ name }) => !name.startsWith('b-')).slice(1);
    const fewer = [...pods, ...context.pods.filter(({ name }) => name.startsWith('b-'))];
    const after = translate({ ...context, pods: fewer }, first.resources);
    expect(after.clusters[1]).toBe(before.clusters[1]);
    expect(after.clusters[0]?.localities[0]?.endpoints).toHaveLength(1);
    expect(after.clusters[0]?.loadBalancer).toEqual(before.clusters[0]?.loadBalancer);
  });

  test('no ready pod is 503, and the cluster comes back as it was', () => {
    const context = translateContext(first.resources);
    const before = translate(context, first.resources);
    const unready = context.pods.map((pod) => (pod.name.startsWith('b-') ? { ...pod, ready: false } : pod));
    const gone = translate({ ...context, pods: unready }, first.resources);
    expect(gone.rules.get('two/0')?.outcome).toEqual({ type: 'direct', status: 503 });
    const back = translate({ ...context, pods: [...context.pods] }, first.resources);
    expect(back.clusters).toEqual(before.clusters);
  });
});

test('of 10,000 rules one edited is translated in a few milliseconds', () => {
  const text = Array.from({ length: 100 }, (_, n) => route(`r-${n}`, '{ name: a, port: 80 }')).join('');
  const declared = declaredStore(gateway + service('a'), text);
  const context = translateContext(declared.resources);
  const [sample] = declared.resources.list<HTTPRoute>('HTTPRoute');
  const gw = declared.resources.get<Gateway>('Gateway', 'default', 'gw');
  if (sample === undefined || gw === undefined) throw new Error('nothing declared');
  const routes = Array.from({ length: 10_000 }, (_, n): Resource<HTTPRoute> => {
    const metadata = { ...sample.object.metadata, name: `route-${n}` };
    return { ...sample, object: { ...sample.object, metadata } };
  });
  const pass = () => {
    const started = performance.now();
    const demands = routes.flatMap((of) => {
      const { outcome } = resolve(context, of, 0, gw);
      return outcome.type === 'forward' ? outcome.shares.flatMap(({ demand }) => demand ?? []) : [];
    });
    buildClusters(context, demands);
    return performance.now() - started;
  };
  const first = pass();
  const edits = Array.from({ length: 5 }, (_, n) => {
    const old = routes[n];
    if (old !== undefined) routes[n] = { ...old };
    return pass();
  }).sort((a, b) => a - b);
  expect(edits[2]).toBeLessThan(Math.max(40, first / 2));
});
