import { Client, credentials as channelCredentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import { SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  addressOf,
  eventsOf,
  snapshotOf,
  startTestControlPlane,
  type TestControlPlane,
} from '../../fixtures/control-plane.ts';
import { FakeEnvoy } from '../../fixtures/fake-envoy.ts';
import { tenant } from '../../fixtures/tenant.ts';

let plane: TestControlPlane;
const envoys: FakeEnvoy[] = [];
beforeEach(async () => {
  plane = await startTestControlPlane();
  for (const name of ['team-a', 'team-b']) {
    const clusters = [{ name: `secret-of-${name}` }];
    plane.controlPlane.setSnapshot(snapshotOf(tenant({ name, clusters })), undefined);
  }
});
afterEach(async () => {
  for (const envoy of envoys.splice(0)) envoy.close();
  await plane.controlPlane.close();
});

/** Connects with a token and a node, asks for all clusters, and waits for the answer or the end. */
async function ask(token: string | undefined, node: string): Promise<FakeEnvoy> {
  const { caCertificate, serverName } = plane.controlPlane.credentials('team-a');
  const envoy = new FakeEnvoy({
    controlPlane: plane.controlPlane,
    credentials: { caCertificate, serverName, ...(token !== undefined && { token }) },
    tenant: node,
  });
  envoys.push(envoy);
  envoy.start();
  await envoy.until('an answer', () => envoy.error !== undefined || envoy.responses.length > 0);
  return envoy;
}

const tokenOf = async (name: string) => plane.controlPlane.credentials(name).token;

function expectRefused(envoy: FakeEnvoy, code: number, reason: string): void {
  expect(envoy.responses).toEqual([]);
  expect(envoy.error?.code).toBe(code);
  expect(envoy.error?.details).toContain(reason);
  expect(eventsOf(plane.events, 'stream-refused')).toEqual([{ type: 'stream-refused', reason }]);
  expect(eventsOf(plane.events, 'proxy-connected')).toEqual([]);
}

describe('a stream', () => {
  test('with its own token and name gets its own resources only', async () => {
    for (const name of ['team-a', 'team-b']) {
      const envoy = await ask(await tokenOf(name), name);
      expect(envoy.sent('cluster')).toEqual([[`secret-of-${name}`]]);
    }
  });

  test('without a token is refused', async () => {
    expectRefused(await ask(undefined, 'team-a'), 16, 'it has no token');
  });

  test('with a token that is none is refused', async () => {
    expectRefused(await ask('abc', 'team-a'), 16, 'its token was not issued by this instance');
  });

  test('with a token of another key is refused', async () => {
    const forged = await new SignJWT({ tenant: 'team-a' })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer('calb-sim')
      .sign(Buffer.alloc(32));
    expectRefused(await ask(forged, 'team-a'), 16, 'its token was not issued by this instance');
  });

  test('with an unsigned token is refused', async () => {
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const unsigned = `${part({ alg: 'none' })}.${part({ iss: 'calb-sim', tenant: 'team-a' })}.`;
    expectRefused(await ask(unsigned, 'team-a'), 16, 'its token was not issued by this instance');
  });

  test("with another tenant's token is refused, whatever it says it is", async () => {
    const reason = 'it has the token of team-b, but says that it is team-a';
    expectRefused(await ask(await tokenOf('team-b'), 'team-a'), 7, reason);
  });

  test('is refused with the same reason many times, and told once', async () => {
    for (let i = 0; i < 3; i += 1) await ask(undefined, 'team-a');
    expect(eventsOf(plane.events, 'stream-refused')).toHaveLength(1);
  });

  test('asking by name for what another tenant has gets nothing of it', async () => {
    const envoy = await ask(await tokenOf('team-a'), 'team-a');
    envoy.subscribe('endpoint', ['secret-of-team-b']);
    await envoy.until('an answer', () => envoy.sent('endpoint').flat().includes('-secret-of-team-b'));
    expect(envoy.responses.flatMap(({ resources }) => resources.map(({ name }) => name))).not.toContain(
      'secret-of-team-b',
    );
  });
});

const passBytes = (bytes: Buffer): Buffer => bytes;

describe('other ways in', () => {
  const methods = [
    'envoy.service.discovery.v3.AggregatedDiscoveryService/StreamAggregatedResources',
    'envoy.service.discovery.v3.AggregatedDiscoveryService/FetchAggregatedResources',
    'envoy.service.cluster.v3.ClusterDiscoveryService/FetchClusters',
    'envoy.service.secret.v3.SecretDiscoveryService/FetchSecrets',
    'grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
  ];
  test.each(methods)('%s does not exist', async (method) => {
    const { caCertificate, serverName, token } = plane.controlPlane.credentials('team-a');
    const { address, port } = addressOf(plane.controlPlane);
    const client = new Client(
      `${address}:${port}`,
      channelCredentials.createSsl(Buffer.from(caCertificate)),
      {
        'grpc.ssl_target_name_override': serverName,
      },
    );
    const metadata = new Metadata();
    metadata.set('authorization', `Bearer ${token}`);
    const error = await new Promise<ServiceError | null>((resolve) => {
      client.makeUnaryRequest(`/${method}`, passBytes, passBytes, Buffer.alloc(0), metadata, (failure) =>
        resolve(failure),
      );
    });
    expect(error?.code).toBe(12);
    client.close();
  });
});

describe('the certificate', () => {
  test('is not accepted under another name, nor by another authority', async () => {
    const credentials = plane.controlPlane.credentials('team-a');
    const otherName = new FakeEnvoy({
      controlPlane: plane.controlPlane,
      credentials: { ...credentials, serverName: 'other.local' },
      tenant: 'team-a',
    });
    envoys.push(otherName);
    otherName.start();
    await otherName.until('it gives up', () => otherName.error !== undefined);
    expect(otherName.error?.code).toBe(14);
  });
});
