import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { defineExport } from '../../../cli/commands/export.ts';
import { runCommand } from './run-command.ts';

const repository = fileURLToPath(new URL('../../..', import.meta.url));

const object = (apiVersion: string, kind: string, name: string, namespace: string, spec: string) =>
  `---\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: ${name}, namespace: ${namespace} }\nspec: ${spec}\n`;

const gatewayApi = 'gateway.networking.k8s.io/v1';
const gateway = (name: string, namespace: string, port: number) =>
  object(
    gatewayApi,
    'Gateway',
    name,
    namespace,
    `{ gatewayClassName: eg, listeners: [{ name: http, protocol: HTTP, port: ${port} }] }`,
  );
const route = (namespace: string, parent: string, refs: string) =>
  object(
    gatewayApi,
    'HTTPRoute',
    'all',
    namespace,
    `{ parentRefs: [{ name: ${parent} }], rules: [{ backendRefs: [${refs}] }] }`,
  );
const backend = (name: string, namespace: string, endpoints: string) =>
  object('gateway.envoyproxy.io/v1alpha1', 'Backend', name, namespace, `{ endpoints: [${endpoints}] }`);
const app = (namespace: string, replicas: number) =>
  object(
    'v1',
    'Service',
    'app',
    namespace,
    '{ selector: { app: app }, ports: [{ port: 80, targetPort: 3000 }] }',
  ) +
  object(
    'apps/v1',
    'Deployment',
    'app',
    namespace,
    `{ replicas: ${replicas}, selector: { matchLabels: { app: app } }, template: { metadata: { labels: { app: app } }, spec: { containers: [{ name: app, image: echo, env: [{ name: PRICE, value: '5$' }] }] } } }`,
  );

/** As compose reads it: a variable with a default. */
const address = `\${CALB_SIM_ADDRESS:-127.0.0.1}`;
const port = (number: number) => `\${CALB_SIM_PORT_${number}:-${number}}`;

interface Compose {
  readonly services: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly networks: object;
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cs-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Exports a manifest; what was said, and what was written. */
async function exported(manifest: string) {
  writeFileSync(join(folder, 'all.yaml'), manifest);
  const result = await runCommand(defineExport, ['compose'], { cwd: folder });
  const read = (path: string): unknown => parse(readFileSync(join(folder, path), 'utf8'));
  return { ...result, compose: read('docker-compose.yaml') as Compose, read };
}

/** Endpoints of an exported Envoy, `host:port`. */
function endpoints(configuration: unknown): readonly string[] {
  const text = JSON.stringify(configuration);
  return [
    ...text.matchAll(/"endpoint":\{"address":\{"socket_address":\{"address":"([^"]+)","port_value":(\d+)/g),
  ].map(([, address, port]) => `${address}:${port}`);
}

describe('export compose', () => {
  test('gives each tenant an Envoy on its own network, and on those that its routes lead to', async () => {
    const { compose, read } = await exported(
      gateway('web', 'team-a', 80) +
        gateway('web', 'team-b', 80) +
        route('team-a', 'web', '{ name: app, port: 80 }') +
        route('team-b', 'web', '{ group: gateway.envoyproxy.io, kind: Backend, name: far }') +
        backend('far', 'team-b', '{ fqdn: { hostname: app.team-a.svc.cluster.local, port: 80 } }') +
        app('team-a', 2),
    );
    expect(Object.keys(compose.services)).toEqual([
      'team-a-envoy',
      'team-b-envoy',
      'team-a-app-1',
      'team-a-app-2',
    ]);
    expect(compose.networks).toEqual({ 'team-a': {}, 'team-b': {} });
    const { 'team-a-envoy': a, 'team-b-envoy': b, 'team-a-app-1': pod } = compose.services;
    expect(Object.keys(a?.networks ?? {})).toEqual(['team-a']);
    expect(Object.keys(b?.networks ?? {})).toEqual(['team-b', 'team-a']);
    expect([a?.ports, b?.ports]).toEqual([[`${address}:${port(80)}:80`], [`${address}:${port(81)}:80`]]);
    expect(b?.depends_on).toEqual(['team-a-app-1', 'team-a-app-2']);
    expect(pod).toMatchObject({ environment: { PRICE: '5$$' }, read_only: true, cap_drop: ['ALL'] });
    expect(JSON.stringify(pod?.networks)).toContain('"app.team-a.svc.cluster.local"');
    expect(endpoints(read('compose/team-a/envoy.yaml'))).toEqual([
      expect.stringMatching(/^app-[a-z0-9]+-[a-z0-9]+\.team-a:3000$/),
      expect.stringMatching(/^app-[a-z0-9]+-[a-z0-9]+\.team-a:3000$/),
    ]);
    // A Service's name means its pods, which listen on another port.
    expect(endpoints(read('compose/team-b/envoy.yaml'))).toEqual(['app.team-a.svc.cluster.local:3000']);
  });

  test('leads to servers of the machine by its name, and says what a container cannot reach', async () => {
    const { compose, read, stderr } = await exported(
      gateway('web', 'a', 8080) +
        route('a', 'web', '{ group: gateway.envoyproxy.io, kind: Backend, name: own }') +
        backend('own', 'a', '{ ip: { address: 127.0.0.1, port: 9000 } }, { unix: { path: /tmp/own.sock } }'),
    );
    expect(compose.services['a-envoy']).toMatchObject({ extra_hosts: ['host.docker.internal:host-gateway'] });
    expect(endpoints(read('compose/a/envoy.yaml'))).toEqual(['host.docker.internal:9000']);
    expect(stderr).toContain('/tmp/own.sock cannot be reached from a container');
  });

  test('never overwrites a file that somebody else wrote', async () => {
    const path = join(folder, 'docker-compose.yaml');
    writeFileSync(path, 'services: {}\n');
    writeFileSync(join(folder, 'all.yaml'), gateway('web', 'a', 8080));
    const refused = await runCommand(defineExport, ['compose', 'all.yaml'], { cwd: folder });
    expect(refused.code).toBe(2);
    expect(readFileSync(path, 'utf8')).toBe('services: {}\n');
    expect(existsSync(join(folder, 'compose'))).toBe(false);
    const forced = await runCommand(defineExport, ['compose', 'all.yaml', '--force'], { cwd: folder });
    expect(forced.code).toBe(0);
    // What was written lies among the manifests, and is none.
    const again = await runCommand(defineExport, ['compose'], { cwd: folder });
    expect(again).toMatchObject({ code: 0, stderr: '' });
  });

  test("the repository's own file is what its template gives (npm run compose)", async () => {
    const args = ['compose', 'templates/failover', '--out', folder];
    const result = await runCommand(defineExport, args, { cwd: repository });
    expect(result.code).toBe(0);
    const texts = (root: string) =>
      readdirSync(join(root, 'compose'), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .concat(join(root, 'docker-compose.yaml'))
        .map((path) => [path.slice(root.length), readFileSync(path, 'utf8')] as const);
    expect(new Map(texts(folder))).toEqual(new Map(texts(repository.replace(/\/$/, ''))));
  });
});
