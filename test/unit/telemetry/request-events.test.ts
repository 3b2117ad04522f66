import { describe, expect, test } from 'vitest';
import type { AccessLogEntry } from '../../../src/model/access-log-entry.ts';
import { describeRequest } from '../../../src/telemetry/request-events.ts';
import { tenant } from '../../fixtures/tenant.ts';

const entry: AccessLogEntry = {
  startTimeMs: 1,
  durationMs: 12.3456,
  ...{ method: 'GET', host: 'www.example.com', path: '/a?b=c', status: 503, responseFlags: ['UF', 'URX'] },
  responseCodeDetails: 'x',
  ...{ route: 'r', cluster: 'c', upstreamAddress: '127.1.0.1:3000', attemptCount: 2 },
};
const model = tenant({
  clusters: [
    {
      name: 'c',
      localities: [
        {
          name: 'l',
          endpoints: [
            {
              address: { address: '127.1.0.1', port: 3000 },
              alternatives: [{ address: '::1', port: 3000 }],
              declared: 'web.team-a.svc.cluster.local:80',
              pod: 'team-a/web-1',
            },
            {
              address: { path: '/run/host/127.0.0.1_8080.sock' },
              hostTarget: { address: '127.0.0.1', port: 8080 },
              declared: '127.0.0.1:8080',
            },
          ],
        },
      ],
    },
  ],
});

describe('a finished request', () => {
  test('is told with the endpoint as declared, and its pod', () => {
    expect(describeRequest(entry, model)).toEqual({
      type: 'Request',
      ...{ method: 'GET', host: 'www.example.com', path: '/a?b=c', status: 503, responseFlags: 'UF,URX' },
      ...{ route: 'r', cluster: 'c', endpoint: 'web.team-a.svc.cluster.local:80', pod: 'web-1' },
      durationMs: 12.35,
    });
  });

  test('that an alternative address answered is of the same endpoint', () => {
    const { endpoint } = describeRequest({ ...entry, upstreamAddress: '[::1]:3000' }, model);
    expect(endpoint).toBe('web.team-a.svc.cluster.local:80');
  });

  test('that a server of this machine answered is told as that, not as the socket before it', () => {
    const through = { ...entry, upstreamAddress: '/run/host/127.0.0.1_8080.sock' };
    expect(describeRequest(through, model)).toMatchObject({ endpoint: '127.0.0.1:8080' });
  });

  test('of an unknown endpoint has the real address, of none an empty one', () => {
    expect(describeRequest({ ...entry, cluster: 'gone' }, model).endpoint).toBe('127.1.0.1:3000');
    expect(describeRequest({ ...entry, cluster: '', upstreamAddress: '' }, undefined)).toMatchObject({
      endpoint: '',
    });
  });

  test('says for how many it stands', () => {
    expect(describeRequest(entry, model, 5).sampled).toBe(20);
    expect(describeRequest(entry, model, 100)).not.toHaveProperty('sampled');
  });
});
