import { describe, expect, it } from 'vitest';
import { constraintViolations } from '../../../../src/xds/wire/constraints.ts';
import type { JsonMessage } from '../../../../src/xds/wire/encoder.ts';

const found = (typeName: string, json: JsonMessage) =>
  constraintViolations(typeName, json).map(({ message, path }) => `${path}: ${message}`);

const check = {
  timeout: '1s',
  interval: '1s',
  unhealthy_threshold: 1,
  healthy_threshold: 1,
  tcp_health_check: {},
};

describe('constraintViolations', () => {
  it.each<[string, string, JsonMessage, string[]]>([
    ['a message that keeps them', 'envoy.config.core.v3.HealthCheck', check, []],
    [
      'a required message',
      'envoy.config.core.v3.HealthCheck',
      { ...check, healthy_threshold: undefined },
      ['healthy_threshold: must be set'],
    ],
    [
      'a duration',
      'envoy.config.core.v3.HealthCheck',
      { ...check, timeout: '0s' },
      ['timeout: must be greater than 0s'],
    ],
    [
      'a oneof',
      'envoy.config.core.v3.Address',
      {},
      ['address: needs one of socket_address, pipe, envoy_internal_address'],
    ],
    [
      'a text of a nested message',
      'envoy.config.core.v3.Address',
      { pipe: { path: '' } },
      ['pipe.path: must not be empty'],
    ],
    [
      'a number',
      'envoy.config.core.v3.SocketAddress',
      { address: 'a', port_value: 65_536 },
      ['port_value: must be at most 65535'],
    ],
    [
      'a number of elements',
      'envoy.config.route.v3.VirtualHost',
      { name: 'a' },
      ['domains: must have at least 1 element'],
    ],
    [
      'a wrapped number',
      'envoy.config.endpoint.v3.LbEndpoint',
      { load_balancing_weight: 0 },
      ['load_balancing_weight: must be at least 1'],
    ],
    [
      'a pattern',
      'envoy.config.route.v3.RouteMatch',
      { path_separated_prefix: '/a?b' },
      ['path_separated_prefix: must match ^[^?#]+[^?#/]$'],
    ],
    [
      'an element, by its index',
      'envoy.config.route.v3.RouteConfiguration',
      { request_headers_to_remove: ['ok', 'a\nb'] },
      ['request_headers_to_remove[1]: must be a valid HTTP header name'],
    ],
    [
      'a message inside an Any',
      'envoy.config.core.v3.TypedExtensionConfig',
      {
        name: 'n',
        typed_config: {
          '@type': 'type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog',
          path: '',
        },
      },
      ['typed_config.path: must not be empty'],
    ],
  ])('finds %s', (_, typeName, json, expected) => {
    expect(found(typeName, json)).toEqual(expected);
  });
});
