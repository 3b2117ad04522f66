import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { envoyGatewayProvider } from '../../../src/providers/envoy-gateway.ts';
import type { Resource } from '../../../src/resources/resource.ts';
import { declared, declaredStore, redeclare } from '../../fixtures/declared.ts';

const golden = join(import.meta.dirname, '../../golden/providers');
const calb = readFileSync(join(golden, 'calb.in.yaml'), 'utf8');
const mixed = readFileSync(join(golden, 'two-kinds-of-parents.in.yaml'), 'utf8');
const namespace = 'loadbalancing-test-project';

const accepted = (observedGeneration = 1) => ({
  type: 'Accepted',
  status: 'True',
  reason: 'Accepted',
  message: 'fine',
  observedGeneration,
});

function one(resources: { list(kind: string): readonly Resource[] }, kind: string, name?: string): Resource {
  const found = resources
    .list(kind)
    .find(
      ({ object }) =>
        name === undefined || object.metadata.name === name || object.metadata.name.startsWith(name),
    );
  if (found === undefined) throw new Error(`no ${kind}`);
  return found;
}

describe('what is made', () => {
  test('is named after its origin with five characters, the same every time', () => {
    const { generated } = envoyGatewayProvider.expand(declared(calb));
    const names = generated.map(({ object }) => `${object.kind}/${object.metadata.name}`);
    expect(names).toEqual([
      expect.stringMatching(/^Gateway\/test-[bcdfghjklmnpqrstvwxz2456789]{5}$/),
      expect.stringMatching(/^HTTPRoute\/test-[bcdfghjklmnpqrstvwxz2456789]{5}$/),
      expect.stringMatching(/^Backend\/test-[bcdfghjklmnpqrstvwxz2456789]{5}$/),
    ]);
    const again = envoyGatewayProvider.expand(declared(calb)).generated;
    expect(again.map(({ object }) => object)).toEqual(generated.map(({ object }) => object));
  });

  test('takes the place of the CALB objects, and says what it was made from', () => {
    const resources = declared(calb);
    const { effective, madeFrom, generated } = envoyGatewayProvider.expand(resources);
    expect(effective.list('CycloudBackend')).toEqual([]);
    expect(effective.list('Gateway')).toEqual([generated[0]]);
    expect(effective.get('Gateway', namespace, 'test')).toBeUndefined();
    const name = generated[0]?.object.metadata.name ?? '';
    expect(effective.get('Gateway', namespace, name)).toBe(generated[0]);
    expect([...madeFrom].map(([{ object }, made]) => [object.kind, made.length])).toEqual([
      ['Gateway', 1],
      ['HTTPRoute', 1],
      ['CycloudBackend', 1],
    ]);
  });

  test('is nothing where nothing is CALB', () => {
    const resources = declared(
      'apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: { name: g }\nspec: { gatewayClassName: eg, listeners: [{ name: h, port: 80, protocol: HTTP }] }\n',
    );
    const expansion = envoyGatewayProvider.expand(resources);
    expect(expansion.effective).toBe(resources);
    expect(expansion.generated).toEqual([]);
  });

  test('a declared class decides by its controller', () => {
    const text = (controller: string) =>
      `apiVersion: gateway.networking.k8s.io/v1
kind: GatewayClass
metadata: { name: mine }
spec: { controllerName: ${controller} }
---
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: { name: g }
spec: { gatewayClassName: mine, listeners: [{ name: h, port: 80, protocol: HTTP }] }
`;
    const made = (controller: string) =>
      envoyGatewayProvider.expand(declared(text(controller))).generated.length;
    expect(made('loadbalancing.cycloud.jp/gateway-controller')).toBe(1);
    expect(made('example.com/other')).toBe(0);
  });

  test('keeps its identity while its origin does', () => {
    const store = declaredStore(calb, mixed);
    const before = envoyGatewayProvider.expand(store.resources);
    const edited = redeclare(store, calb, mixed.replace('weight: 3', 'weight: 4'));
    const after = envoyGatewayProvider.expand(edited.resources);
    const changed = after.generated.filter((resource) => !before.generated.includes(resource));
    expect(changed.map(({ object }) => object.kind)).toEqual(['HTTPRoute']);
    expect(after.effective.list('Gateway')).toBe(before.effective.list('Gateway'));
    expect(after.effective.list('Backend')).toBe(before.effective.list('Backend'));
    expect(after.effective.list('BackendTrafficPolicy')).toBe(before.effective.list('BackendTrafficPolicy'));
    expect(after.effective.list('Service')).toBe(edited.resources.list('Service'));
  });
});

describe('statuses', () => {
  test('of a CALB Gateway are those of the generated one, the worst condition first', () => {
    const resources = declared(calb);
    const { effective, statuses } = envoyGatewayProvider.expand(resources);
    const made = one(effective, 'Gateway');
    const bad = {
      ...accepted(),
      type: 'Programmed',
      status: 'False',
      reason: 'AddressNotAssigned',
      message: 'no',
    };
    const status = {
      addresses: [{ type: 'IPAddress', value: '127.0.0.2' }],
      conditions: [accepted(), bad],
      listeners: [],
    };
    const all = statuses.call(envoyGatewayProvider.expand(resources), new Map([[made, status]]));
    expect(all.get(made)).toBe(status);
    expect(all.get(one(resources, 'Gateway'))).toEqual({
      addresses: [{ type: 'Hostname', value: 'example.com' }],
      conditions: [
        { ...bad, message: `Gateway ${made.object.metadata.name}: no` },
        { ...accepted(), message: `Gateway ${made.object.metadata.name}: fine` },
      ],
      listeners: [],
    });
  });

  test('of a CALB Gateway without host names have the address of the generated one', () => {
    const resources = declared(calb.replace('hostname: example.com', ''));
    const expansion = envoyGatewayProvider.expand(resources);
    const addresses = [{ type: 'IPAddress', value: '127.0.0.2' }];
    const made = one(expansion.effective, 'Gateway');
    const all = expansion.statuses(new Map([[made, { addresses, conditions: [], listeners: [] }]]));
    expect(all.get(one(resources, 'Gateway'))).toMatchObject({ addresses });
  });

  test('of a route on both kinds of parents come together under the declared names', () => {
    const resources = declared(mixed);
    const expansion = envoyGatewayProvider.expand(resources);
    const made = one(expansion.effective, 'HTTPRoute', 'shop-');
    const own = one(expansion.effective, 'HTTPRoute', 'shop');
    const front = one(expansion.effective, 'Gateway', 'front');
    const parent = (name: string) => ({
      parentRef: { group: 'gateway.networking.k8s.io', kind: 'Gateway', name },
      controllerName: 'gateway.envoyproxy.io/gatewayclass-controller',
      conditions: [accepted()],
    });
    const all = expansion.statuses(
      new Map<Resource, unknown>([
        [made, { parents: [parent(front.object.metadata.name)] }],
        [own, { parents: [parent('inner')] }],
      ]),
    );
    const declaredRoute = one(resources, 'HTTPRoute');
    expect(all.get(declaredRoute)).toEqual({
      parents: [
        parent('inner'),
        {
          ...parent('front'),
          controllerName: 'loadbalancing.cycloud.jp/gateway-controller',
          conditions: [{ ...accepted(), message: `HTTPRoute ${made.object.metadata.name}: fine` }],
        },
      ],
    });
    expect(all.has(own)).toBe(false);
  });

  test('of a CycloudBackend are the worst of its Backends', () => {
    const resources = declared(mixed);
    const expansion = envoyGatewayProvider.expand(resources);
    const backends = expansion.effective.list('Backend');
    const bad = { ...accepted(), status: 'False', reason: 'Invalid', message: 'broken' };
    const all = expansion.statuses(
      new Map(backends.map((backend, index) => [backend, { conditions: [index === 2 ? bad : accepted()] }])),
    );
    expect(all.get(one(resources, 'CycloudBackend'))).toEqual({
      conditions: [{ ...bad, message: `Backend ${backends[2]?.object.metadata.name}: broken` }],
    });
  });

  test('of policies name the declared Gateway', () => {
    const resources = declared(mixed);
    const expansion = envoyGatewayProvider.expand(resources);
    const policy = one(expansion.effective, 'BackendTrafficPolicy');
    const name = one(expansion.effective, 'Gateway', 'front').object.metadata.name;
    const ancestor = { controllerName: 'c', conditions: [accepted()] };
    const status = {
      ancestors: [{ ...ancestor, ancestorRef: { kind: 'Gateway', namespace: 'shop', name } }],
    };
    const all = expansion.statuses(new Map([[policy, status]]));
    expect(all.get(one(resources, 'BackendTrafficPolicy'))).toEqual({
      ancestors: [{ ...ancestor, ancestorRef: { kind: 'Gateway', namespace: 'shop', name: 'front' } }],
    });
    expect(all.has(policy)).toBe(false);
  });
});
