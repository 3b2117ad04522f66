import http from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach } from 'vitest';
import type { Tenant } from '../../../src/model/tenant.ts';
import { buildSnapshot } from '../../../src/xds/build-snapshot.ts';
import type { Snapshot } from '../../../src/xds/snapshot.ts';
import { startTestControlPlane, type TestControlPlane } from '../../fixtures/control-plane.ts';
import { type RealEnvoy, startRealEnvoy } from '../../fixtures/real-envoy.ts';
import { tenant } from '../../fixtures/tenant.ts';
import { eventually } from './eventually.ts';
import { send } from './http-request.ts';

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

/** Calls `close` when the test is over, the last one first. */
export function closeAfterTest(close: () => unknown): void {
  open.push(close);
}

/** A control plane that is closed after the test. */
export async function plane(): Promise<TestControlPlane> {
  const started = await startTestControlPlane();
  open.push(() => started.controlPlane.close());
  return started;
}

/** A real Envoy of a control plane, stopped after the test. */
export async function envoyOf(
  { controlPlane }: TestControlPlane,
  name = 'team-a',
  identity: { readonly token?: string } = {},
): Promise<RealEnvoy> {
  const envoy = await startRealEnvoy(controlPlane, name, identity);
  open.push(() => envoy.remove());
  return envoy;
}

/** A backend that answers its name; `statusOf` decides its health. */
export async function backend(name: string, delayMs = 0): Promise<Backend> {
  const state = { status: 200 };
  const server = http.createServer((_request, response) => {
    setTimeout(() => {
      response.writeHead(state.status);
      response.end(name);
    }, delayMs);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const stop = (): void => {
    server.closeAllConnections();
    server.close();
  };
  open.push(stop);
  return { name, port: (server.address() as AddressInfo).port, state, stop };
}

export interface Backend {
  readonly name: string;
  readonly port: number;
  readonly state: { status: number };
  readonly stop: () => void;
}

/** A port of 127.0.0.1 that nobody has at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

type Loose<T> = { readonly [Key in keyof T]?: unknown };

/** What a test's tenant shall have. */
interface Wanted {
  readonly name?: string;
  /** Port → cluster. */
  readonly routes: Readonly<Record<number, string>>;
  /** Cluster → backend, and what is special about the cluster. */
  readonly clusters: Readonly<Record<string, readonly [Backend, Loose<Tenant['clusters'][number]>?]>>;
  readonly eventLogPath: string;
  /** Whether two Envoys may listen at the same time; they may not unless it is said. */
  readonly sharesListeners?: boolean;
}

export function snapshotFor(
  { clusters, eventLogPath, name = 'team-a', routes, sharesListeners = false }: Wanted,
  previous?: Snapshot,
): Snapshot {
  const model = tenant({
    name,
    proxy: { concurrency: 1, accessLog: { type: 'disabled' } },
    listeners: Object.keys(routes).map((port) => ({
      name: `team-a/web/${port}`,
      bind: [{ address: '127.0.0.1', port: Number(port) }],
    })),
    routeTables: Object.entries(routes).map(([port, cluster]) => ({
      name: `team-a/web/${port}`,
      virtualHosts: [{ name: '*', domains: ['*'], routes: [{ name: `to-${cluster}`, action: { cluster } }] }],
    })),
    clusters: Object.entries(clusters).map(([cluster, [backend, special]]) => ({
      name: cluster,
      localities: [
        {
          name: cluster,
          endpoints: [
            { address: { address: '127.0.0.1', port: backend.port }, declared: `${backend.name}:80` },
          ],
        },
      ],
      ...special,
    })),
  });
  return buildSnapshot(
    model,
    { accessLogPath: '/dev/null', eventLogPath, requestEvents: true, sharesListeners },
    previous,
  ).snapshot;
}

export async function untilApplied({ controlPlane }: TestControlPlane, snapshot: Snapshot): Promise<void> {
  await eventually(
    `${snapshot.version} is applied`,
    () => controlPlane.ackedVersion(snapshot.tenant) === snapshot.version,
  );
}

/** Status and body of a request to a listener. */
export const ask = async (port: number) => {
  const { body, status } = await send({ address: '127.0.0.1', port });
  return `${status} ${body}`;
};
