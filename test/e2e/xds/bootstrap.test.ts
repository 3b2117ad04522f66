import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Metadata, Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildBootstrap } from '../../../src/xds/bootstrap.ts';
import { type Certificates, makeCertificates } from '../../fixtures/certificates.ts';
import { requiredEnvoy, skipWithoutEnvoy } from '../../fixtures/envoy.ts';

const serverName = 'control-plane.test';

/** A TLS server that takes discovery streams and tells with which metadata they came. */
async function discoveryServer({ certificate, privateKey }: Certificates) {
  const server = new Server();
  let resolve: (metadata: Metadata) => void = () => {};
  const metadata = new Promise<Metadata>((resolver) => {
    resolve = resolver;
  });
  server.addService(
    {
      stream: {
        path: '/envoy.service.discovery.v3.AggregatedDiscoveryService/DeltaAggregatedResources',
        requestStream: true,
        responseStream: true,
        requestSerialize: (value: Buffer) => value,
        requestDeserialize: (value: Buffer) => value,
        responseSerialize: (value: Buffer) => value,
        responseDeserialize: (value: Buffer) => value,
      },
    },
    { stream: (call: ServerDuplexStream<Buffer, Buffer>) => resolve(call.metadata) },
  );
  const pair = { cert_chain: Buffer.from(certificate), private_key: Buffer.from(privateKey) };
  const credentials = ServerCredentials.createSsl(null, [pair]);
  const port = await new Promise<number>((bound, reject) => {
    server.bindAsync('127.0.0.1:0', credentials, (error, port) => (error ? reject(error) : bound(port)));
  });
  return { port, metadata, close: () => server.forceShutdown() };
}

describe.skipIf(skipWithoutEnvoy)('an Envoy with our bootstrap', () => {
  const folder = mkdtempSync(join(tmpdir(), 'calb-sim-bootstrap-'));
  const adminSocketPath = join(folder, 'admin.sock');
  let server: Awaited<ReturnType<typeof discoveryServer>>;
  let envoy: ChildProcess;
  beforeAll(async () => {
    const certificates = await makeCertificates(serverName);
    server = await discoveryServer(certificates);
    const bootstrap = buildBootstrap({
      tenant: 'team-a',
      adminSocketMode: 0o600,
      controlPlane: {
        at: { address: '127.0.0.1', port: server.port },
        token: 'the-token',
        caCertificate: certificates.ca,
        serverName,
      },
      adminSocketPath,
      eventLogPath: join(folder, 'events'),
    });
    const file = join(folder, 'bootstrap.json');
    writeFileSync(file, JSON.stringify(bootstrap));
    envoy = spawn(requiredEnvoy(), [
      '-c',
      file,
      '--disable-hot-restart',
      '--concurrency',
      '1',
      '-l',
      'error',
    ]);
  });
  afterAll(() => {
    envoy.kill('SIGKILL');
    server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('calls the control plane over TLS with its token, and keeps its admin socket to its user', async () => {
    const metadata = await server.metadata;
    expect(metadata.get('authorization')).toEqual(['Bearer the-token']);
    expect(statSync(adminSocketPath).mode & 0o777).toBe(0o600);
  });
});
