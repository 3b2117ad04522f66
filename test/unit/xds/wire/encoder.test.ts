import { fromJson, type JsonValue, toBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeMessage, frame, type JsonMessage } from '../../../../src/xds/wire/encoder.ts';
import { envoyRegistry } from '../../../fixtures/envoy-registry.ts';

function reference(typeName: string, json: JsonMessage): Buffer {
  const type = envoyRegistry().getMessage(typeName);
  if (type === undefined) throw new Error(typeName);
  return Buffer.from(toBinary(type, fromJson(type, json as JsonValue, { registry: envoyRegistry() })));
}

const examples: readonly (readonly [string, JsonMessage])[] = [
  [
    'envoy.config.route.v3.RouteConfiguration',
    {
      name: 'r',
      ignore_port_in_host_matching: true,
      virtual_hosts: [
        {
          name: 'ä',
          domains: ['*', ''],
          routes: [
            {
              match: { prefix: '/', headers: [{ name: 'a', string_match: { exact: '' } }] },
              route: {
                weighted_clusters: {
                  clusters: [
                    { name: 'x', weight: 0 },
                    { name: 'y', weight: 300 },
                  ],
                },
                timeout: '0s',
                idle_timeout: '1.000000005s',
                cluster_not_found_response_code: 'INTERNAL_SERVER_ERROR',
                retry_policy: { retriable_status_codes: [503, 200], num_retries: 2 },
              },
              typed_per_filter_config: {
                'envoy.filters.http.cors': {
                  '@type': 'type.googleapis.com/envoy.extensions.filters.http.cors.v3.CorsPolicy',
                  allow_methods: 'GET',
                  allow_credentials: false,
                },
              },
            },
          ],
        },
      ],
    },
  ],
  [
    'envoy.config.core.v3.HealthCheck',
    {
      timeout: '0.25s',
      http_health_check: {
        path: '/',
        method: 'CONNECT',
        expected_statuses: [{ start: '200', end: '299' }],
        receive: [{ text: '6f6b' }, { binary: 'AAEC' }],
      },
    },
  ],
  ['envoy.config.core.v3.Metadata', { filter_metadata: { a: { b: [1, 'x', null, true, { c: -1.5 }] } } }],
  ['envoy.type.v3.Percent', { value: 12.5 }],
  ['envoy.type.v3.Int64Range', { start: '-1', end: '-9007199254740993' }],
  ['envoy.config.core.v3.RuntimeDouble', { default_value: 0.1, runtime_key: 'k' }],
  [
    'envoy.config.core.v3.TypedExtensionConfig',
    { name: 'n', typed_config: { '@type': 'type.googleapis.com/google.protobuf.Duration', value: '-1.5s' } },
  ],
];

describe('encodeMessage', () => {
  it.each(examples)('encodes %s as the reference implementation does', (typeName, json) => {
    expect(Buffer.from(encodeMessage(typeName, json)).toString('hex')).toBe(
      reference(typeName, json).toString('hex'),
    );
  });

  it('encodes any text, number and nesting as the reference implementation does', () => {
    const routes = fc.array(
      fc.record(
        {
          name: fc.string({ unit: 'grapheme' }),
          match: fc.record({ path: fc.string() }),
          direct_response: fc.record({
            status: fc.nat(70_000),
            body: fc.record({ inline_string: fc.string({ maxLength: 300 }) }),
          }),
          request_headers_to_remove: fc.array(fc.string()),
        },
        { requiredKeys: ['match'] },
      ),
    );
    fc.assert(
      fc.property(fc.record({ name: fc.string(), domains: fc.array(fc.string()), routes }), (json) => {
        const typeName = 'envoy.config.route.v3.VirtualHost';
        expect(Buffer.from(encodeMessage(typeName, json)).equals(reference(typeName, json))).toBe(true);
      }),
    );
  });

  it('grows beyond its first buffer', () => {
    const json = { name: 'x'.repeat(300_000) };
    expect(encodeMessage('envoy.config.cluster.v3.Cluster', json)).toHaveLength(300_004);
  });

  it.each([
    ['an unknown field', 'envoy.config.cluster.v3.Cluster', { nam: 'x' }, 'has no field nam'],
    ['an unknown enum value', 'envoy.config.cluster.v3.Cluster', { type: 'EDSS' }, 'has no value EDSS'],
    ['an unknown type', 'envoy.config.Nope', {}, 'unknown message type'],
    ['a wrong duration', 'envoy.config.cluster.v3.Cluster', { connect_timeout: '1m' }, 'not a duration'],
  ])('throws for %s', (_, typeName, json, message) => {
    expect(() => encodeMessage(typeName, json)).toThrow(message);
  });
});

describe('frame', () => {
  it('makes an element of a repeated field that can be concatenated', () => {
    const host = {
      name: 'a',
      domains: ['*'],
      routes: [{ match: { prefix: '/' }, direct_response: { status: 200 } }],
    };
    const whole = encodeMessage('envoy.config.route.v3.RouteConfiguration', {
      name: 'r',
      virtual_hosts: [host, host],
    });
    const element = frame(2, encodeMessage('envoy.config.route.v3.VirtualHost', host));
    const head = encodeMessage('envoy.config.route.v3.RouteConfiguration', { name: 'r' });
    expect(Buffer.concat([head, element, element]).equals(Buffer.from(whole))).toBe(true);
  });
});
