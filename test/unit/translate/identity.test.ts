import { describe, expect, it } from 'vitest';
import type { Gateway } from '../../../src/gen/kinds/gateway.ts';
import type { ResourceStore } from '../../../src/resources/store.ts';
import { createTranslator } from '../../../src/translate/build.ts';
import type { Translation } from '../../../src/translate/translation.ts';
import { declaredStore, redeclare } from '../../fixtures/declared.ts';
import { translateInput } from '../../fixtures/translate-input.ts';

const gateway = (namespace: string) => `
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: web, namespace: ${namespace} }
spec: { gatewayClassName: eg, listeners: [{ name: http, port: 80, protocol: HTTP }] }
---
apiVersion: v1
kind: Service
metadata: { name: backend, namespace: ${namespace} }
spec: { selector: { app: backend }, ports: [{ name: http, port: 3000 }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: backend, namespace: ${namespace} }
spec:
  selector: { matchLabels: { app: backend } }
  template: { metadata: { labels: { app: backend } }, spec: { containers: [{ name: b, image: echo-basic }] } }
`;
const route = (namespace: string, name: string, rules: readonly string[]) => `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  parentRefs: [{ name: web }]
  hostnames: [${name}.example.com, shared.example.com]
  rules:
${rules.map((path) => `    - { matches: [{ path: { value: ${path} } }], backendRefs: [{ name: backend, port: 3000 }] }`).join('\n')}
`;
const fixed = [gateway('a'), gateway('b'), route('a', 'one', ['/one']), route('b', 'three', ['/three'])];

function setUp() {
  const translate = createTranslator();
  const start = declaredStore(...fixed, route('a', 'two', ['/two', '/second']));
  const input = translateInput(start.resources);
  const run = (store: ResourceStore) => translate({ ...input, resources: store.resources });
  return { translate, start, run, input };
}

const tenant = (translation: Translation, name: string) => {
  const found = translation.tenants.get(name);
  if (found === undefined) throw new Error(`no tenant ${name}`);
  return found;
};
const hosts = (translation: Translation) =>
  new Map(tenant(translation, 'a').routeTables[0]?.virtualHosts.map((host) => [host.name, host]));

describe('what a translation keeps', () => {
  it('is everything while nothing changes', () => {
    const { start, run } = setUp();
    const first = run(start);
    const second = run(start);
    expect(tenant(second, 'a')).toBe(tenant(first, 'a'));
    for (const [resource, status] of first.statuses) expect(second.statuses.get(resource)).toBe(status);
  });

  it('is everything but the touched virtual hosts when one route is edited', () => {
    const { start, run } = setUp();
    const first = run(start);
    const second = run(redeclare(start, ...fixed, route('a', 'two', ['/two', '/edited'])));
    expect(tenant(second, 'b')).toBe(tenant(first, 'b'));
    const [before, after] = [tenant(first, 'a'), tenant(second, 'a')];
    expect(after).not.toBe(before);
    expect(after.listeners).toBe(before.listeners);
    expect(after.clusters[0]).toBe(before.clusters[0]);
    expect(after.secrets).toBe(before.secrets);
    expect(hosts(second).get('one.example.com')).toBe(hosts(first).get('one.example.com'));
    expect(hosts(second).get('two.example.com')).not.toBe(hosts(first).get('two.example.com'));
    const shared = hosts(second).get('shared.example.com');
    const same = hosts(first)
      .get('shared.example.com')
      ?.routes.filter((known) => shared?.routes.includes(known));
    expect(same?.map(({ match }) => match.path.value).sort()).toEqual(['/one', '/two']);
  });

  it('is the model when only a text around it changes', () => {
    const { start, run } = setUp();
    const first = run(start);
    const labelled = route('a', 'two', ['/two', '/second']).replace(
      'namespace: a',
      'namespace: a, labels: { team: blue }',
    );
    const second = run(redeclare(start, ...fixed, labelled));
    expect(tenant(second, 'a')).toBe(tenant(first, 'a'));
  });

  it('is every route when what they stand in is made anew', () => {
    const { start, run, translate, input } = setUp();
    const first = run(start);
    const second = translate({ ...input, pods: [...input.pods] });
    expect(tenant(second, 'a')).toBe(tenant(first, 'a'));
    for (const [resource, status] of first.statuses) expect(second.statuses.get(resource)).toBe(status);
  });

  it('equals what a new translator makes', () => {
    const { start, run, input } = setUp();
    run(start);
    const edited = redeclare(start, ...fixed, route('a', 'two', ['/edited']));
    const remembered = run(edited);
    const fresh = createTranslator()({ ...input, resources: edited.resources });
    expect(remembered).toEqual(fresh);
  });

  it('is no longer the tenant whose last Gateway is gone', () => {
    const { start, run, input } = setUp();
    run(start);
    const gone = redeclare(start, fixed[0] ?? '', '', fixed[2] ?? '', fixed[3] ?? '');
    const { tenants } = run(gone);
    expect([...tenants.keys()]).toEqual(['a']);
    expect(input.resources.list<Gateway>('Gateway')).toHaveLength(2);
  });
});
