import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ControlPlane, ControlPlaneEvent } from '../../../src/control-plane/control-plane.ts';
import { makeCertificates } from '../../../src/control-plane/make-certificates.ts';
import { startControlPlane } from '../../../src/control-plane/server.ts';
import type { Tenant } from '../../../src/model/tenant.ts';
import { buildBootstrap } from '../../../src/xds/bootstrap.ts';
import { buildSnapshot } from '../../../src/xds/build-snapshot.ts';
import type { Snapshot } from '../../../src/xds/snapshot.ts';
import { requiredEnvoy, skipWithoutEnvoy } from '../../fixtures/envoy.ts';
import { ask, echoBackend, freePort } from '../../fixtures/model-envoy.ts';
import { tenant } from '../../fixtures/tenant.ts';

const serverName = 'control-plane.test';

describe.skipIf(skipWithoutEnvoy)('a snapshot that is served to an Envoy with our bootstrap', () => {
  const folder = mkdtempSync(join(tmpdir(), 'calb-sim-delivery-'));
  const options = {
    accessLogPath: join(folder, 'access.log'),
    eventLogPath: join(folder, 'events'),
    requestEvents: true,
    sharesListeners: false,
  };
  const events: ControlPlaneEvent[] = [];
  let controlPlane: ControlPlane;
  let envoy: ChildProcess;
  let backend: Awaited<ReturnType<typeof echoBackend>>;
  let port: number;
  let snapshot: Snapshot | undefined;

  /** One route to the backend, its path rewritten to `path`. */
  function model(path: string): Tenant {
    const locality = { name: 'c', endpoints: [{ address: { address: '127.0.0.1', port: backend.port } }] };
    const action = { cluster: 'c', rewrite: { path: { type: 'full', value: path } } };
    return tenant({
      listeners: [{ name: 'l', bind: [{ address: '127.0.0.1', port }] }],
      routeTables: [{ name: 'l', virtualHosts: [{ name: '*', routes: [{ name: 'the-route', action }] }] }],
      clusters: [{ name: 'c', localities: [locality] }],
    });
  }

  function serve(path: string): void {
    snapshot = buildSnapshot(model(path), options, snapshot).snapshot;
    controlPlane.setSnapshot(snapshot, undefined);
  }

  const echoedPath = async (): Promise<string> => JSON.parse((await ask({ port })).body).path;

  beforeAll(async () => {
    backend = await echoBackend('c');
    port = await freePort();
    const certificates = await makeCertificates(serverName, Date.now());
    controlPlane = startControlPlane({ certificates, onEvent: (event) => events.push(event) });
    serve('/first');
    const bootstrap = buildBootstrap({
      tenant: 'team-a',
      controlPlane: {
        at: await controlPlane.listen({ path: join(folder, 'cp.sock') }),
        ...controlPlane.credentials('team-a'),
        serverName,
      },
      adminSocketMode: 0o600,
      adminSocketPath: join(folder, 'admin.sock'),
      eventLogPath: options.eventLogPath,
    });
    const file = join(folder, 'bootstrap.json');
    writeFileSync(file, JSON.stringify(bootstrap));
    envoy = spawn(
      requiredEnvoy(),
      ['-c', file, '--disable-hot-restart', '--concurrency', '1', '-l', 'error'],
      {
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    );
    await vi.waitFor(async () => expect((await ask({ port })).status).toBe(200), {
      timeout: 10_000,
      interval: 10,
    });
  });
  afterAll(async () => {
    envoy?.kill('SIGKILL');
    backend?.close();
    await controlPlane?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('routes, and follows an edit', async () => {
    expect(await echoedPath()).toBe('/first');
    serve('/second');
    await vi.waitFor(async () => expect(await echoedPath()).toBe('/second'), { timeout: 5000, interval: 5 });
    expect(events.filter(({ type }) => type === 'resource-rejected')).toEqual([]);
  });

  it('reports requests, which needs the token too', async () => {
    await ask({ port, path: '/seen', host: 'a.example' });
    const seen = () =>
      events
        .flatMap((event) => (event.type === 'access-log' ? event.entries : []))
        .find(({ host }) => host === 'a.example');
    await vi.waitFor(() => expect(seen()).toBeDefined(), { timeout: 5000, interval: 5 });
    expect(seen()).toMatchObject({ status: 200, route: 'the-route', cluster: 'c', method: 'GET' });
  });
});
