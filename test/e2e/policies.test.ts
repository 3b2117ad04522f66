import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from './support/eventually.ts';
import { type Instance, startInstance } from './support/instance.ts';
import { echoService, gateway, httpRoute, type Manifest, rule, toYaml } from './support/manifests.ts';
import { describeWithEnvoy } from './support/with-envoy.ts';

function policy(name: string, kind: 'Gateway' | 'HTTPRoute', target: string, settings: Manifest): Manifest {
  return {
    apiVersion: 'gateway.envoyproxy.io/v1alpha1',
    kind: 'BackendTrafficPolicy',
    metadata: { name, namespace: 'default' },
    spec: { targetRefs: [{ group: 'gateway.networking.k8s.io', kind, name: target }], ...settings },
  };
}

const abort = (httpStatus: number): Manifest => ({
  faultInjection: { abort: { httpStatus, percentage: 100 } },
});

interface PolicyStatus {
  readonly status: {
    readonly ancestors: readonly {
      readonly conditions: readonly {
        readonly type: string;
        readonly status: string;
        readonly reason: string;
      }[];
    }[];
  };
}

describeWithEnvoy('a BackendTrafficPolicy', () => {
  let instance: Instance;
  beforeAll(async () => {
    const route = (name: string) =>
      httpRoute({ name, parent: 'web', hostnames: [`${name}.test`], rules: [rule('/', ['app'])] });
    instance = await startInstance(undefined, {
      files: {
        'base.yaml': toYaml(
          gateway({ name: 'web' }),
          ...echoService({ name: 'app', replicas: 2 }),
          ...['plain', 'fault', 'limit', 'retry', 'timeout', 'hash'].map(route),
        ),
        'policies.yaml': toYaml(
          policy('fault', 'HTTPRoute', 'fault', abort(418)),
          policy('limit', 'HTTPRoute', 'limit', {
            rateLimit: { type: 'Local', local: { rules: [{ limit: { requests: 2, unit: 'Hour' } }] } },
          }),
          policy('retry', 'HTTPRoute', 'retry', {
            retry: {
              numRetries: 3,
              retryOn: { httpStatusCodes: [500], triggers: ['retriable-status-codes'] },
            },
          }),
          policy('timeout', 'HTTPRoute', 'timeout', { timeout: { http: { requestTimeout: '200ms' } } }),
          policy('hash', 'HTTPRoute', 'hash', {
            loadBalancer: {
              type: 'ConsistentHash',
              consistentHash: { type: 'Header', header: { name: 'x-user' } },
            },
          }),
        ),
      },
    });
  });
  afterAll(() => instance?.stop());

  const status = async (host: string, path = '/') => (await instance.request({ host, path })).status;
  const conditionsOf = async (name: string) => {
    const found = (await instance.json(['get', 'btp', name, '-n', 'default', '-o', 'json'])) as PolicyStatus;
    return found.status.ancestors.flatMap(({ conditions }) => conditions);
  };

  test('injects faults into its route only', async () => {
    expect(await status('fault.test')).toBe(418);
    expect(await status('plain.test')).toBe(200);
  });

  test('limits the rate of its route', async () => {
    const statuses = [await status('limit.test'), await status('limit.test'), await status('limit.test')];
    expect(statuses).toEqual([200, 200, 429]);
  });

  test('retries what its route may retry', async () => {
    // Each of the two pods refuses its first attempt: the third one at the latest is answered.
    expect(await status('retry.test', '/retry/a?uuid=policy&succeedAfter=1&responseCode=500')).toBe(200);
    expect(await status('plain.test', '/retry/a?uuid=none&succeedAfter=2&responseCode=500')).toBe(500);
  });

  test('ends requests that take too long', async () => {
    expect(await status('timeout.test', '/?delay=5s')).toBe(504);
  });

  test('hashes requests of one user to one pod', async () => {
    const podsOf = (user: string) => instance.pods(8, { host: 'hash.test', headers: { 'x-user': user } });
    expect(new Set(await podsOf('alice')).size).toBe(1);
    const users = Array.from({ length: 16 }, (_, i) => `user-${i}`);
    const others = await Promise.all(users.map(podsOf));
    expect(new Set(others.flat()).size).toBe(2);
  });

  test('is Accepted', async () => {
    expect(await conditionsOf('fault')).toContainEqual(
      expect.objectContaining({ type: 'Accepted', status: 'True' }),
    );
  });

  test('of a Gateway holds for routes without one of their own, and says that it is overridden for the others', async () => {
    instance.workspace.write('gateway-policy.yaml', toYaml(policy('all', 'Gateway', 'web', abort(419))));
    await instance.untilStatus(419, { host: 'plain.test' });
    expect(await status('fault.test')).toBe(418);
    expect(await conditionsOf('all')).toContainEqual(
      expect.objectContaining({ type: 'Overridden', status: 'True' }),
    );
    instance.workspace.remove('gateway-policy.yaml');
    await instance.untilStatus(200, { host: 'plain.test' });
  });

  test('that comes later for the same target is Conflicted and changes nothing', async () => {
    await instance.untilStatus(418, { host: 'fault.test' });
    instance.workspace.write('second.yaml', toYaml(policy('zz-second', 'HTTPRoute', 'fault', abort(420))));
    await eventually('the conflict is told', async () =>
      (await conditionsOf('zz-second')).some(
        ({ type, status: value, reason }) =>
          type === 'Accepted' && value === 'False' && reason === 'Conflicted',
      ),
    );
    expect(await status('fault.test')).toBe(418);
    instance.workspace.remove('second.yaml');
  });

  test('whose maxEjectionPercent lets nobody be ejected is hinted at, with the arithmetic', async () => {
    const from = instance.stream.mark;
    const settings = { healthCheck: { passive: { consecutive5XxErrors: 1 } } };
    instance.workspace.write('inert.yaml', toYaml(policy('inert', 'HTTPRoute', 'plain', settings)));
    const hint = await instance.stream.waitFor('Diagnostic', {
      from,
      where: ({ message, hint: fix }) => /maxEjectionPercent/.test(message + fix),
    });
    expect(hint.severity).not.toBe('error');
    expect(hint.message + hint.effect).toMatch(/10/);
    instance.workspace.remove('inert.yaml');
  });
});
