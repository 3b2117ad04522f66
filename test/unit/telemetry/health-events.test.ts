import { describe, expect, test } from 'vitest';
import { parseHealthEvent } from '../../../src/telemetry/health-events.ts';

const host =
  '"host":{"socket_address":{"protocol":"TCP","address":"127.0.0.1","port_value":19011,"resolver_name":"","ipv4_compat":false,"network_namespace_filepath":""}}';
const rest = '"timestamp":"2026-11-23T09:37:07.488Z","locality":{"region":"","zone":"","sub_zone":""}}';
const check = (what: string) => `{"health_checker_type":"HTTP",${host},"cluster_name":"b",${what},${rest}`;
const common = {
  kind: 'health-check',
  clusterName: 'b',
  address: '127.0.0.1:19011',
  timeMs: Date.parse('2026-11-23T09:37:07.488Z'),
  isFirstCheck: false,
};

describe("Envoy's health-check lines", () => {
  test.each([
    ['"add_healthy_event":{"first_check":true}', { type: 'healthy', isFirstCheck: true }],
    ['"add_healthy_event":{"first_check":false}', { type: 'healthy' }],
    [
      '"eject_unhealthy_event":{"failure_type":"ACTIVE","http_status_code":500}',
      { type: 'unhealthy', failureType: 'active', httpStatus: 500 },
    ],
    [
      '"eject_unhealthy_event":{"failure_type":"NETWORK_TIMEOUT","http_status_code":0}',
      { type: 'unhealthy', failureType: 'network_timeout' },
    ],
    [
      '"health_check_failure_event":{"failure_type":"NETWORK","first_check":true,"http_status_code":0}',
      { type: 'failed', failureType: 'network', isFirstCheck: true },
    ],
    ['"successful_health_check_event":{}', { type: 'passed' }],
    ['"degraded_healthy_host":{}', { type: 'degraded' }],
    ['"no_longer_degraded_host":{}', { type: 'no-longer-degraded' }],
  ])('%s', (what, expected) => {
    expect(parseHealthEvent(check(what))).toEqual({ ...common, ...expected });
  });

  test('name IPv6 addresses and unix sockets as the model does', () => {
    const line = check('"add_healthy_event":{"first_check":false}');
    expect(parseHealthEvent(line.replace('127.0.0.1', '::1'))).toMatchObject({ address: '[::1]:19011' });
    const pipe = line.replace(host, '"host":{"pipe":{"path":"/run/app.sock","mode":0}}');
    expect(parseHealthEvent(pipe)).toMatchObject({ address: '/run/app.sock' });
  });
});

describe("Envoy's outlier lines", () => {
  const line = (fields: string) =>
    `{"type":"CONSECUTIVE_5XX","timestamp":"2026-11-23T09:37:14.089Z","cluster_name":"b","upstream_url":"127.0.0.1:19012",${fields}}`;
  const outlier = {
    kind: 'outlier',
    reason: 'consecutive_5xx',
    clusterName: 'b',
    address: '127.0.0.1:19012',
    timeMs: Date.parse('2026-11-23T09:37:14.089Z'),
  };
  test.each([
    [
      '"action":"EJECT","num_ejections":1,"enforced":true,"eject_consecutive_event":{}',
      { action: 'ejected', ejections: 1, isEnforced: true },
    ],
    [
      '"action":"UNEJECT","num_ejections":2,"enforced":false,"secs_since_last_action":"1"',
      { action: 'returned', ejections: 2, isEnforced: false },
    ],
    [
      '"action":"EJECT","num_ejections":0,"enforced":false,"eject_consecutive_event":{}',
      { action: 'ejected', ejections: 0, isEnforced: false },
    ],
  ])('%s', (fields, expected) => {
    expect(parseHealthEvent(line(fields))).toEqual({ ...outlier, ...expected });
  });
});

describe('other lines', () => {
  test.each([
    '',
    'not json',
    '{"health_checker_type":"HT',
    'null',
    '[]',
    '"text"',
    '{"action":"EXPLODE","cluster_name":"b","upstream_url":"x"}',
    '{"action":"EJECT"}',
    `{"health_checker_type":"HTTP",${host},"cluster_name":"b","something_new":{},${rest}`,
    check('"add_healthy_event":{}').replace(host, '"host":{}'),
  ])('are nothing: %s', (line) => {
    expect(parseHealthEvent(line)).toBeUndefined();
  });
});
