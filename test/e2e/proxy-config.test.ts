import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { eventually } from './support/eventually.ts';
import { type Instance, type InstanceRequest, startInstance } from './support/instance.ts';
import { gateway, httpRoute, type Manifest, rule, tlsSecret, toYaml } from './support/manifests.ts';
import { runtimeUnderTest } from './support/runtime-under-test.ts';
import { describeWithEnvoy } from './support/with-envoy.ts';

const demo: InstanceRequest = { gateway: 'gateway-b', path: '/test', host: 'www.example.com' };

interface LiveEndpoint {
  readonly cluster: string;
  readonly status: string;
  readonly outlierCheck: string;
  readonly ejections: number;
  readonly ejectedUntil?: string;
}

const secure: Manifest = {
  ...{ name: 'https', hostname: 'secure.test', port: 8443, protocol: 'HTTPS' },
  tls: { mode: 'Terminate', certificateRefs: [{ name: 'certificate' }] },
};

describeWithEnvoy("an Envoy's own view", () => {
  let instance: Instance;
  beforeAll(async () => {
    instance = await startInstance('failover', {
      files: {
        'secure.yaml': toYaml(
          gateway({ name: 'secure', namespace: 'team-b', listeners: [secure] }),
          httpRoute({
            ...{ name: 'secure', namespace: 'team-b', parent: 'secure' },
            rules: [rule('/', ['active'])],
          }),
        ),
        'certificate.yaml': toYaml({
          ...(await tlsSecret('certificate', 'secure.test')),
          metadata: { name: 'certificate', namespace: 'team-b' },
        }),
      },
    });
  });
  afterAll(() => instance?.stop());

  const show = async (...args: string[]) => {
    const { code, stdout, stderr } = await instance.run(['proxy-config', ...args]);
    if (code !== 0) throw new Error(`exit ${code}: ${stderr}`);
    return stdout;
  };
  const rows = async (...args: string[]) =>
    (await show(...args))
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {3,}/));
  const endpoints = async () => JSON.parse(await show('endpoints', '-o', 'json')) as readonly LiveEndpoint[];

  test('listeners and routes: where it listens, what matches, where that leads', async () => {
    const listeners = await rows('listeners');
    expect(listeners[0]).toEqual(['ADDRESSES', 'PORT', 'MATCH', 'DESTINATION']);
    const { port } = instance.url('gateway-b');
    expect(
      listeners.some(([, , match, to]) => match === 'ALL' && to?.startsWith('Route: team-b/gateway-b')),
    ).toBe(true);
    expect(listeners.some(([, , match]) => match === 'SNI: secure.test')).toBe(true);
    expect(listeners.map(([, shown]) => Number(shown))).toContain(port);
    const routes = await rows('routes', 'team-b');
    expect(routes[0]).toEqual(['NAME', 'VHOST NAME', 'DOMAINS', 'MATCH', 'ROUTE', 'DESTINATION']);
    expect(routes.find(([, host]) => host === 'www.example.com')?.[4]).toBe(
      'httproute/ha-example.team-b rule 0',
    );
    const [first] = parse(await show('routes', '-o', 'yaml')) as { virtual_hosts: unknown[] }[];
    expect(first?.virtual_hosts).toBeInstanceOf(Array);
  });

  test('clusters: backends, policy and checks', async () => {
    const clusters = await rows('clusters');
    expect(clusters[0]?.[0]).toBe('SERVICE FQDN');
    const service = clusters.find(([name]) => name === 'active.team-b.svc.cluster.local');
    expect(service?.slice(1, 3)).toEqual(['3000', 'EDS']);
    expect(clusters.some((row) => row[4]?.startsWith('active /') && row[4].endsWith('outlier'))).toBe(true);
  });

  test('secrets: certificates with their times, and no key', async () => {
    const [header, ...found] = await rows('secrets');
    expect(header?.slice(0, 4)).toEqual(['RESOURCE NAME', 'TYPE', 'STATUS', 'VALID CERT']);
    expect(found.map((row) => row.slice(0, 4))).toEqual([
      ['team-b/certificate', 'Cert Chain', 'ACTIVE', 'true'],
    ]);
    const json = await show('secrets', '-o', 'json');
    expect(json).toContain('certificate_chain');
    expect(JSON.parse(json)[0].tls_certificate.private_key).toBe('[redacted]');
  });

  test('neither the token nor a private key is printed, whatever is asked for', async () => {
    const bootstrap = await show('bootstrap');
    expect(JSON.parse(bootstrap)).toMatchObject({ node: { id: 'team-b' } });
    expect(bootstrap).toMatch(/"key": "authorization",\s+"value": "\[redacted\]"/);
    const dump = await show('dump', '-o', 'yaml');
    expect(dump).toContain('BootstrapConfigDump');
    for (const text of [bootstrap, dump]) expect(text).not.toMatch(/Bearer |PRIVATE KEY/);
    const found = tokens(instance.workspace.root);
    if (runtimeUnderTest === 'process') expect(found).not.toEqual([]);
    for (const token of found) expect(dump + bootstrap).not.toContain(token);
    expect(await show('dump', '-o', 'table')).toMatch(/^listeners +2 +0 +0$/m);
  });

  test('stats, readiness and levels of the log', async () => {
    await instance.untilStatus(200, demo);
    const counters = await show('stats', '--filter', '^cluster\\.backend.*upstream_rq_2xx$');
    expect(counters).toMatch(/^cluster\.backend\S+upstream_rq_2xx: [1-9]\d*$/m);
    expect(
      counters
        .trim()
        .split('\n')
        .every((line) => line.includes('upstream_rq_2xx')),
    ).toBe(true);
    expect(JSON.parse(await show('stats', '--filter', 'server.live', '-o', 'json')).stats).toHaveLength(1);
    expect(await show('ready')).toBe('LIVE\n');
    expect(await show('log', 'http:debug,router:trace')).toMatch(/^http +debug$/m);
    const loggers = JSON.parse(await show('log', 'team-b', '-o', 'json'));
    expect(loggers).toMatchObject({ http: 'debug', router: 'trace', admin: 'warning' });
    expect(await show('log', 'warning')).toMatch(/^http +warning$/m);
    expect((await instance.run(['pc', 'log', 'loud:er'])).code).toBe(2);
  });

  test('endpoints: health, and an ejection with how long it still lasts', async () => {
    await eventually('all endpoints are healthy', async () => {
      const found = (await endpoints()).filter(({ cluster }) => cluster.startsWith('backend/'));
      return found.length > 1 && found.every(({ status }) => status === 'HEALTHY');
    });
    instance.workspace.edit('active.yaml', (text) => text.replace(/replicas: \d/, 'replicas: 0'));
    const out = await eventually('an endpoint is out', async () => {
      await instance.request(demo);
      return (await endpoints()).find(
        ({ outlierCheck, status }) => outlierCheck === 'FAILED' || status !== 'HEALTHY',
      );
    });
    const table = await show('endpoints');
    expect(table).toMatch(/^ENDPOINT +BACKEND +STATUS +OUTLIER CHECK +EJECTED/);
    expect(table).toContain(out.status === 'HEALTHY' ? 'FAILED' : 'UNHEALTHY');
    const ejected = await eventually('it was ejected', async () => {
      await instance.request(demo);
      return (await endpoints()).find(({ ejections }) => ejections > 0);
    });
    if (ejected.outlierCheck === 'FAILED') expect(Date.parse(ejected.ejectedUntil ?? '')).toBeGreaterThan(0);
  });

  test('asks which tenant, names those that are there, and says where none is', async () => {
    expect(await instance.run(['pc', 'listeners', 'nope'])).toMatchObject({ code: 1, stdout: '' });
    await instance.applied('team-c', () =>
      instance.workspace.write('c.yaml', toYaml(gateway({ name: 'c', namespace: 'team-c', port: 8181 }))),
    );
    const several = await instance.run(['pc', 'listeners']);
    expect(several.code).toBe(2);
    expect(several.stderr).toContain('team-b and team-c');
    expect(await show('listeners', 'team-c')).toContain('team-c/c');
  });
});

/** Tokens in the bootstraps of Envoys that run as processes. */
function tokens(root: string): readonly string[] {
  return readdirSync(join(root, 'run'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('bootstrap.json'))
    .flatMap((path) => [
      ...readFileSync(join(root, 'run', path), 'utf8').matchAll(/"value":"(?:Bearer )?([^"]{20,})"/g),
    ])
    .map(([, token = '']) => token);
}
