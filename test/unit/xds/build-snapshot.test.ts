import { describe, expect, it } from 'vitest';
import type { Tenant } from '../../../src/model/tenant.ts';
import { buildSnapshot } from '../../../src/xds/build-snapshot.ts';
import { routeTableJson } from '../../../src/xds/route.ts';
import type { ResourceType, Snapshot } from '../../../src/xds/snapshot.ts';
import { encodeMessage } from '../../../src/xds/wire/encoder.ts';
import { decodeMessage } from '../../fixtures/envoy-registry.ts';
import { cluster, route, tenant, virtualHost } from '../../fixtures/tenant.ts';

const options = {
  accessLogPath: '/run/access.log',
  eventLogPath: '/run/events',
  requestEvents: true,
  sharesListeners: false,
};
const routeTableName = 'envoy.config.route.v3.RouteConfiguration';

function example(): Tenant {
  return tenant({
    listeners: [
      { name: 'l', bind: [{ address: '127.0.0.1', port: 8080 }] },
      {
        name: 's',
        bind: [{ address: '127.0.0.1', port: 8443 }],
        filterChains: [{ tls: { secrets: ['team-a/cert'] }, routeTable: 'l' }],
      },
    ],
    routeTables: [
      {
        name: 'l',
        virtualHosts: [
          { name: 'a.example', routes: [{ name: 'r1', action: { cluster: 'c' } }] },
          {
            name: 'b.example',
            routes: [
              { name: 'r2', match: { path: { type: 'exact', value: '/x' } }, action: { cluster: 'c' } },
              { name: 'r3', action: { cluster: 'd' } },
            ],
          },
        ],
      },
    ],
    clusters: [
      {
        name: 'c',
        localities: [{ name: 'c', endpoints: [{ address: { address: '127.0.0.2', port: 80 } }] }],
      },
      { name: 'd' },
    ],
    secrets: [{ name: 'team-a/cert', certificateChain: 'CERT', privateKey: 'KEY' }],
  });
}

/** `type name` of all resources that are not the same object as before. */
function changes(before: Snapshot, after: Snapshot): readonly string[] {
  const types = Object.keys(after.resources) as ResourceType[];
  return types.flatMap((type) =>
    [...after.resources[type].values()]
      .filter((resource) => before.resources[type].get(resource.name) !== resource)
      .map(({ name }) => `${type} ${name}`),
  );
}

const table = (snapshot: Snapshot) => snapshot.resources.route.get('l')?.bytes ?? new Uint8Array();

describe('listeners that two Envoys may share', () => {
  const reusesPort = (snapshot: Snapshot) =>
    [...snapshot.resources.listener.values()].map(
      ({ bytes }) =>
        decodeMessage('envoy.config.listener.v3.Listener', bytes) as { readonly enable_reuse_port: boolean },
    );

  it('are said to be shared only where the runtime says so', () => {
    const model = example();
    const alone = buildSnapshot(model, options).snapshot;
    const shared = buildSnapshot(model, { ...options, sharesListeners: true }, alone).snapshot;
    expect(reusesPort(alone)).toMatchObject([{ enable_reuse_port: false }, { enable_reuse_port: false }]);
    expect(reusesPort(shared)).toMatchObject([{ enable_reuse_port: true }, { enable_reuse_port: true }]);
    expect(changes(alone, shared)).toEqual(['listener l', 'listener s']);
  });
});

describe('buildSnapshot', () => {
  it('holds a resource for every part of the model', () => {
    const { problems, snapshot } = buildSnapshot(example(), options);
    expect(problems).toEqual([]);
    const names = Object.entries(snapshot.resources).map(([type, resources]) => [
      type,
      [...resources.keys()],
    ]);
    expect(Object.fromEntries(names)).toEqual({
      cluster: ['c', 'd'],
      endpoint: ['c', 'd'],
      listener: ['l', 's'],
      route: ['l'],
      secret: ['team-a/cert'],
    });
  });

  it('gives equal contents equal versions, whatever came before', () => {
    const first = buildSnapshot(example(), options).snapshot;
    const second = buildSnapshot(example(), options).snapshot;
    expect(second.version).toBe(first.version);
    expect(changes(first, buildSnapshot(example(), options, first).snapshot)).toEqual([]);
  });

  it('splices a table that is what encoding it whole gives', () => {
    const model = example();
    const [whole] = model.routeTables;
    if (whole === undefined) throw new Error('no table');
    const expected = encodeMessage(routeTableName, routeTableJson(whole) as Record<string, unknown>);
    const spliced = decodeMessage(routeTableName, table(buildSnapshot(model, options).snapshot));
    expect(spliced).toEqual(decodeMessage(routeTableName, expected));
  });

  it('changes one resource when one route changes', () => {
    const model = example();
    const first = buildSnapshot(model, options).snapshot;
    const [old] = model.routeTables;
    const [a, b] = old?.virtualHosts ?? [];
    if (old === undefined || a === undefined || b === undefined) throw new Error('incomplete');
    const edited = { ...b, routes: [route({ name: 'r2', action: { cluster: 'd' } })] };
    const routeTables = [{ ...old, virtualHosts: [a, edited] }];
    const { snapshot } = buildSnapshot({ ...model, routeTables }, options, first);
    expect(changes(first, snapshot)).toEqual(['route l']);
    expect(snapshot.version).not.toBe(first.version);
  });

  it('changes endpoints only when endpoints change, and both when the cluster changes', () => {
    const model = example();
    const first = buildSnapshot(model, options).snapshot;
    const [c, d] = model.clusters;
    if (c === undefined || d === undefined) throw new Error('incomplete');
    const moved = { ...c, localities: [] };
    const endpoints = buildSnapshot({ ...model, clusters: [moved, d] }, options, first).snapshot;
    expect(changes(first, endpoints)).toEqual(['endpoint c']);
    const slower = { ...c, connectTimeoutMs: 1 };
    const clusters = buildSnapshot({ ...model, clusters: [slower, d] }, options, first).snapshot;
    expect(changes(first, clusters)).toEqual(['cluster c', 'endpoint c']);
  });

  it('follows its options', () => {
    const model = example();
    const first = buildSnapshot(model, options).snapshot;
    const quiet = buildSnapshot(model, { ...options, requestEvents: false }, first).snapshot;
    expect(changes(first, quiet)).toEqual(['listener l', 'listener s']);
  });

  it('leaves what is gone out', () => {
    const model = example();
    const first = buildSnapshot(model, options).snapshot;
    const second = buildSnapshot({ ...model, clusters: model.clusters.slice(0, 1) }, options, first);
    expect([...second.snapshot.resources.cluster.keys()]).toEqual(['c']);
    expect(second.problems).toMatchObject([{ resource: 'l', message: 'there is no cluster d' }]);
  });

  it('answers 500 in the place of a route that Envoy would refuse, and leaves the others', () => {
    const model = example();
    const bad = route({
      name: 'bad',
      match: { path: { type: 'exact', value: '/bad' } },
      requestHeaders: { set: [{ name: 'a\nb', value: 'x' }], add: [], remove: [] },
      action: { cluster: 'c' },
    });
    const [old] = model.routeTables;
    if (old === undefined) throw new Error('incomplete');
    const host = virtualHost({ name: 'c.example' });
    const routeTables = [{ ...old, virtualHosts: [...old.virtualHosts, { ...host, routes: [bad] }] }];
    const { problems, snapshot } = buildSnapshot({ ...model, routeTables }, options);
    expect(problems).toMatchObject([
      {
        path: 'virtual_hosts[2].routes[0].request_headers_to_add[0].header.key',
        message: 'must be a valid HTTP header name',
        source: { name: 'bad' },
      },
    ]);
    expect(decodeMessage(routeTableName, table(snapshot))).toMatchObject({
      virtual_hosts: [
        { name: 'a.example' },
        { name: 'b.example' },
        { routes: [{ match: { path: '/bad' }, direct_response: { status: 500 } }] },
      ],
    });
  });

  it('keeps the last good cluster while Envoy would refuse the new one', () => {
    const model = example();
    const first = buildSnapshot(model, options).snapshot;
    const bad = cluster({ name: 'c', connectTimeoutMs: 0 });
    const clusters = [bad, ...model.clusters.slice(1)];
    const { problems, snapshot } = buildSnapshot({ ...model, clusters }, options, first);
    expect(problems).toMatchObject([{ resourceType: 'cluster', resource: 'c', path: 'connect_timeout' }]);
    expect(snapshot.resources.cluster.get('c')).toBe(first.resources.cluster.get('c'));
  });

  it('lets the first virtual host keep a domain that two name', () => {
    const model = example();
    const [old] = model.routeTables;
    if (old === undefined) throw new Error('incomplete');
    const again = virtualHost({ name: 'again', domains: ['A.example'] });
    const routeTables = [{ ...old, virtualHosts: [...old.virtualHosts, again] }];
    const { problems, snapshot } = buildSnapshot({ ...model, routeTables }, options);
    expect(problems).toMatchObject([
      { message: 'the domain A.example belongs to the virtual host a.example already' },
    ]);
    expect(decodeMessage(routeTableName, table(snapshot))).toMatchObject({
      virtual_hosts: [{ name: 'a.example' }, { name: 'b.example' }],
    });
  });

  it('gives a listener without a route table an empty one, and says so', () => {
    const { problems, snapshot } = buildSnapshot({ ...example(), routeTables: [] }, options);
    expect([...snapshot.resources.route.keys()]).toEqual(['l']);
    expect(problems.map(({ message }) => message)).toContain('there is no route table l');
  });
});

describe('the cost of one edited route among 10,000', () => {
  it.each([
    ['100 hosts', 100],
    ['1,000 hosts', 1000],
  ])('stays within a few milliseconds: %s', (_, hosts) => {
    const perHost = 10_000 / hosts;
    const routes = (host: number) =>
      Array.from({ length: perHost }, (_unused, index) =>
        route({
          name: `h${host}/r${index}`,
          match: { path: { type: 'prefix', value: `/r${index}` } },
          action: { cluster: 'c' },
        }),
      );
    let virtualHosts = Array.from({ length: hosts }, (_unused, index) => ({
      ...virtualHost({ name: `h${index}.example` }),
      routes: routes(index),
    }));
    const model = tenant({ routeTables: [{ name: 't' }], clusters: [{ name: 'c' }] });
    const [base] = model.routeTables;
    if (base === undefined) throw new Error('incomplete');
    const begun = performance.now();
    let snapshot = buildSnapshot({ ...model, routeTables: [{ ...base, virtualHosts }] }, options).snapshot;
    const wholeMs = performance.now() - begun;
    const durations = Array.from({ length: 15 }, (_unused, turn) => {
      virtualHosts = virtualHosts.map((host, index) =>
        index === turn
          ? {
              ...host,
              routes: [route({ name: `edit${turn}`, action: { cluster: 'c' } }), ...host.routes.slice(1)],
            }
          : host,
      );
      const started = performance.now();
      snapshot = buildSnapshot(
        { ...model, routeTables: [{ ...base, virtualHosts }] },
        options,
        snapshot,
      ).snapshot;
      return performance.now() - started;
    });
    const median = durations.sort((a, b) => a - b)[7] ?? Number.POSITIVE_INFINITY;
    console.info(`${hosts} hosts: ${median.toFixed(2)} ms`);
    // A busy machine must not fail it, encoding all again must.
    expect(median).toBeLessThan(Math.max(16, wholeMs / 4));
  });
});
