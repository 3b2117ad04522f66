import { expect, test } from 'vitest';
import { bootstrapTable, dumpTable } from '../../../../cli/proxy-config/bootstrap-table.ts';
import { clustersTable } from '../../../../cli/proxy-config/clusters-table.ts';
import { readConfigDump } from '../../../../cli/proxy-config/config-dump.ts';
import { endpointsTable, liveEndpoints } from '../../../../cli/proxy-config/endpoints-table.ts';
import { listenersTable } from '../../../../cli/proxy-config/listeners-table.ts';
import { routesTable } from '../../../../cli/proxy-config/routes-table.ts';
import { secretsTable } from '../../../../cli/proxy-config/secrets-table.ts';
import type { InstanceView } from '../../../../src/session/view/instance-view.ts';

const type = (name: string) => `type.googleapis.com/envoy.admin.v3.${name}ConfigDump`;
const socket = (address: string, port_value: number) => ({ socket_address: { address, port_value } });
const chain = (route: string, fields: object = {}) => ({
  filters: [{ name: 'hcm', typed_config: { rds: { route_config_name: route } } }],
  ...fields,
});

const dump = readConfigDump({
  configs: [
    {
      '@type': type('Bootstrap'),
      bootstrap: {
        node: {
          id: 'team-a',
          cluster: 'team-a',
          user_agent_build_version: { version: { major_number: 1, minor_number: 40 } },
        },
        admin: { address: { pipe: { path: '/run/admin.sock' } } },
        static_resources: { clusters: [{ name: 'calb_control_plane' }] },
        dynamic_resources: { ads_config: { api_type: 'DELTA_GRPC' } },
      },
    },
    {
      '@type': type('Clusters'),
      static_clusters: [{ cluster: { '@type': 'c', name: 'calb_control_plane', type: 'STATIC' } }],
      dynamic_active_clusters: [
        {
          version_info: 'v1',
          cluster: {
            name: 'service/team-a/web/80+backend/team-a/spare@team-a/checks',
            type: 'EDS',
            health_checks: [{ http_health_check: { path: '/healthz' } }],
            outlier_detection: {},
          },
        },
      ],
      dynamic_warming_clusters: [{ cluster: { name: 'service/team-a/new/80', type: 'EDS' } }],
    },
    {
      '@type': type('Listeners'),
      dynamic_listeners: [
        {
          name: 'team-a/web/443',
          active_state: {
            listener: {
              name: 'team-a/web/443',
              address: socket('127.1.0.1', 443),
              additional_addresses: [
                { address: socket('127.0.0.1', 443) },
                { address: socket('127.0.0.1', 8443) },
              ],
              filter_chains: [
                chain('a', { filter_chain_match: { server_names: ['a.example', 'b.example'] } }),
                chain('rest', { transport_socket: {} }),
              ],
            },
          },
        },
        {
          name: 'team-a/web/80',
          warming_state: { listener: { address: socket('127.1.0.1', 80), filter_chains: [chain('all')] } },
        },
        { name: 'team-a/bad/80', error_state: { details: 'cannot bind' } },
      ],
    },
    {
      '@type': type('Routes'),
      dynamic_route_configs: [
        {
          route_config: {
            name: 'all',
            virtual_hosts: [
              {
                name: 'www',
                domains: ['www.example.com', 'a', 'b'],
                routes: [
                  {
                    name: 'httproute/team-a/shop/rule/2/match/0/www',
                    match: {
                      path_separated_prefix: '/api',
                      headers: [
                        { name: ':method', string_match: { exact: 'GET' } },
                        { name: 'x-user', string_match: { exact: 'a' } },
                      ],
                    },
                    route: {
                      weighted_clusters: {
                        clusters: [
                          { name: 'one', weight: 9 },
                          { name: 'two', weight: 1 },
                        ],
                      },
                    },
                  },
                  {
                    name: 'x',
                    match: { prefix: '/' },
                    redirect: { host_redirect: 'h', response_code: 'FOUND' },
                  },
                  { name: 'y', match: { path: '/e' }, direct_response: { status: 500 } },
                ],
              },
            ],
          },
        },
      ],
    },
  ],
});

test('listeners: one row for each port and way in', () => {
  expect(listenersTable(dump.listeners)).toEqual([
    ['ADDRESSES', 'PORT', 'MATCH', 'DESTINATION'],
    ['127.1.0.1,127.0.0.1', '443', 'SNI: a.example,b.example', 'Route: a'],
    ['127.1.0.1,127.0.0.1', '443', 'TLS', 'Route: rest'],
    ['127.0.0.1', '8443', 'SNI: a.example,b.example', 'Route: a'],
    ['127.0.0.1', '8443', 'TLS', 'Route: rest'],
    ['127.1.0.1', '80', 'ALL', 'Route: all (warming)'],
    ['-', '-', 'team-a/bad/80', 'refused: cannot bind'],
  ]);
});

test('routes: where they match, whose they are, where they lead', () => {
  expect(routesTable(dump.routes).slice(1)).toEqual([
    [
      ...['all', 'www', 'www.example.com, + 2 more...', '/api[/*] GET x-user=a'],
      ...['httproute/shop.team-a rule 2', 'one (9), two (1)'],
    ],
    ['all', 'www', 'www.example.com, + 2 more...', '/*', '-', 'redirect FOUND h'],
    ['all', 'www', 'www.example.com, + 2 more...', '/e', '-', 'status 500'],
  ]);
});

test('clusters: one row for each backend, with policy and checks', () => {
  const name = 'service/team-a/web/80+backend/team-a/spare@team-a/checks';
  const checks = 'active /healthz, outlier';
  expect(clustersTable(dump.clusters).slice(1)).toEqual([
    ['calb_control_plane', '-', 'STATIC', '-', '-', 'calb_control_plane'],
    ['web.team-a.svc.cluster.local', '80', 'EDS', 'team-a/checks', checks, name],
    ['Backend spare.team-a', '-', 'EDS', 'team-a/checks', checks, name],
    ['new.team-a.svc.cluster.local', '80', 'EDS', '-', '-', 'service/team-a/new/80 (warming)'],
  ]);
});

test('endpoints: health from Envoy, ejections from the instance', () => {
  const host = (port: number, health_status: object, more: object = {}) => ({
    address: socket('127.1.0.1', port),
    health_status,
    locality: { region: 'service/team-a/web/80' },
    ...more,
  });
  const clusters = {
    cluster_statuses: [
      {
        name: 'web',
        host_statuses: [
          host(1, { eds_health_status: 'HEALTHY' }, { stats: [{ name: 'rq_total', value: '7' }] }),
          host(2, { failed_active_health_check: true, eds_health_status: 'HEALTHY' }),
          host(3, { failed_outlier_check: true }, { priority: 1, stats: [{ name: 'rq_error', value: '2' }] }),
        ],
      },
    ],
  };
  const seen = { address: '127.1.0.1:3', ejections: 2, ejectedUntilMs: 9000 };
  const view = { tenants: [{ name: 'team-a', clusters: [{ name: 'web', endpoints: [seen] }] }] };
  const found = liveEndpoints(clusters, view as unknown as InstanceView, 'team-a');
  expect(endpointsTable(found, 1500)).toEqual([
    [
      ...['ENDPOINT', 'BACKEND', 'STATUS', 'OUTLIER CHECK', 'EJECTED'],
      ...['PRIORITY', 'REQUESTS', 'ERRORS', 'CLUSTER'],
    ],
    ['127.1.0.1:1', 'web.team-a:80', 'HEALTHY', 'OK', '-', '0', '7', '0', 'web'],
    ['127.1.0.1:2', 'web.team-a:80', 'UNHEALTHY', 'OK', '-', '0', '0', '0', 'web'],
    ['127.1.0.1:3', 'web.team-a:80', 'HEALTHY', 'FAILED', '2 times, 8 s left', '1', '0', '2', 'web'],
  ]);
  expect(found[2]).toMatchObject({ ejectedUntil: '1970-01-01T00:00:09.000Z', ejections: 2 });
});

test('secrets without a certificate that can be read are named all the same', () => {
  const secret = { name: 'a/b', state: 'active', version: '', resource: { tls_certificate: {} } } as const;
  expect(secretsTable([secret], 0).slice(1)).toEqual([['a/b', 'Cert Chain', 'ACTIVE', '-', '-', '-', '-']]);
});

test('the bootstrap and the whole, at a glance', () => {
  expect(
    Object.fromEntries(bootstrapTable(dump.bootstrap ?? {}).map(([key, value]) => [key, value])),
  ).toEqual({
    FIELD: 'VALUE',
    'node id': 'team-a',
    'node cluster': 'team-a',
    Envoy: '1.40.0',
    admin: '/run/admin.sock',
    'static clusters': 'calb_control_plane',
    discovery: 'DELTA_GRPC',
  });
  expect(dumpTable(dump)[3]).toEqual(['clusters', '1', '1', '1']);
  expect(dumpTable(readConfigDump({}))[1]).toEqual(['listeners', '0', '0', '0']);
});
