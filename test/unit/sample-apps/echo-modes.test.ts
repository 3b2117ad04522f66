import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { connect as connectTls } from 'node:tls';
import 'reflect-metadata';
import { credentials, makeGenericClientConstructor, type ServiceError, status } from '@grpc/grpc-js';
import { X509CertificateGenerator } from '@peculiar/x509';
import { afterEach, expect, test } from 'vitest';
import { startEcho } from '../../../sample-apps/echo/app.ts';
import type { SampleApp, SampleAppOptions } from '../../../sample-apps/sample-app.ts';
import { freeAddress } from './free-address.ts';

const apps: SampleApp[] = [];
afterEach(async () => {
  await Promise.all(apps.splice(0).map((app) => app.close()));
});

async function start(options: Partial<SampleAppOptions>): Promise<string> {
  const address = freeAddress();
  apps.push(await startEcho({ address, env: {}, ports: [], files: {}, log: () => undefined, ...options }));
  return address;
}

async function keyPair(name: string): Promise<{ cert: string; key: string }> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    signingAlgorithm: algorithm,
  });
  const key = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  return {
    cert: `${certificate.toString('pem')}\n`,
    key: `-----BEGIN PRIVATE KEY-----\n${key.replace(/.{64}/g, '$&\n')}\n-----END PRIVATE KEY-----\n`,
  };
}

test('HTTPS describes the TLS connection and the client certificate', async () => {
  const server = await keyPair('server');
  const client = await keyPair('client');
  const address = await start({
    env: { TLS_SERVER_CERT: '/tls/crt', TLS_SERVER_PRIVKEY: '/tls/key', TLS_CLIENT_CACERTS: '/tls/ca' },
    files: { '/tls/crt': server.cert, '/tls/key': server.key, '/tls/ca': client.cert },
  });
  const get = (extra: object) =>
    new Promise<{ tls: Record<string, unknown>; proto: string }>((resolve, reject) => {
      const options = { host: address, port: 8443, servername: 'www.example.com', rejectUnauthorized: false };
      httpsRequest({ ...options, ...extra, agent: false }, async (response) => {
        let body = '';
        for await (const chunk of response) body += chunk;
        resolve(JSON.parse(body));
      })
        .on('error', reject)
        .end();
    });
  const plain = await get({ minVersion: 'TLSv1.3' });
  expect(plain.tls).toMatchObject({
    version: 'TLSv1.3',
    serverName: 'www.example.com',
    cipherSuite: expect.stringMatching(/^TLS_/),
  });
  expect(plain.tls).not.toHaveProperty('peerCertificates');
  const mutual = await get({ cert: client.cert, key: client.key, maxVersion: 'TLSv1.2' });
  expect(mutual.tls.version).toBe('TLSv1.2');
  expect(mutual.tls.peerCertificates).toEqual([client.cert]);
  const stranger = await keyPair('stranger');
  await expect(get({ cert: stranger.cert, key: stranger.key })).rejects.toThrow();

  const session = connectHttp2(`https://${address}:8443`, {
    rejectUnauthorized: false,
    servername: 'h2.test',
  });
  let body = '';
  for await (const chunk of session.request({ ':path': '/h2' })) body += chunk;
  session.close();
  expect(JSON.parse(body)).toMatchObject({ proto: 'HTTP/2.0', tls: { negotiatedProtocol: 'h2' } });
});

test('a certificate that no volume has is an error that names it', async () => {
  const env = { TLS_SERVER_CERT: '/tls/crt', TLS_SERVER_PRIVKEY: '/tls/key' };
  await expect(start({ env })).rejects.toThrow('TLS_SERVER_CERT names /tls/crt');
});

test('gRPC mode describes the call', async () => {
  const address = await start({ env: { GRPC_ECHO_SERVER: '1', POD_NAME: 'grpc-1', NAMESPACE: 'team-a' } });
  const definition = (name: string) => ({
    path: `/gateway_api_conformance.echo_basic.grpcecho.GrpcEcho/${name}`,
    requestStream: false,
    responseStream: false,
    requestSerialize: (value: Buffer) => value,
    requestDeserialize: (value: Buffer) => value,
    responseSerialize: (value: Buffer) => value,
    responseDeserialize: (value: Buffer) => value,
  });
  const Client = makeGenericClientConstructor({}, 'GrpcEcho');
  const client = new Client(`${address}:3000`, credentials.createInsecure());
  const call = (name: string) =>
    new Promise<Buffer | ServiceError>((resolve) => {
      const { path, requestSerialize, responseDeserialize } = definition(name);
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, Buffer.alloc(0), (error, value) =>
        resolve(error ?? value ?? Buffer.alloc(0)),
      );
    });
  const answer = await call('EchoTwo');
  const text = String(answer);
  expect(text).toContain('/gateway_api_conformance.echo_basic.grpcecho.GrpcEcho/EchoTwo');
  expect(text).toContain('grpc-1');
  expect(text).toContain(`${address}:3000`);
  expect(await call('EchoThree')).toMatchObject({ code: status.UNIMPLEMENTED });
  client.close();
});

test('TCP mode answers line commands, with and without TLS', async () => {
  const { cert, key } = await keyPair('tcp');
  const address = await start({
    env: { TCP_ECHO_SERVER: '1', POD_NAME: 'tcp-1', TLS_SERVER_CERT: '/c', TLS_SERVER_PRIV_KEY: '/k' },
    files: { '/c': cert, '/k': key },
  });
  const plain = connect(3000, address);
  const secure = connectTls({ host: address, port: 8443, servername: 'tcp.test', rejectUnauthorized: false });
  for (const [socket, isTls] of [
    [plain, false],
    [secure, true],
  ] as const) {
    const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
    const next = async () => (await lines.next()).value ?? '';
    expect(await next()).toBe('Gateway API Test TCP Server');
    socket.write('nothing\nPING\nIS_TLS\nTEST\n');
    expect(await next()).toBe('PONG');
    expect(await next()).toBe(String(isTls));
    const facts = JSON.parse(await next());
    expect(facts).toMatchObject({ pod: 'tcp-1', tcpport: '3000', tlsport: '8443', isTLS: isTls });
    if (isTls) expect(facts.tls).toMatchObject({ version: 'TLS 1.3', serverName: 'tcp.test' });
    socket.destroy();
  }
});

test('UDP mode answers datagrams', async () => {
  const address = await start({ env: { UDP_ECHO_SERVER: '1', NAMESPACE: 'team-a' } });
  const socket = createSocket('udp4');
  socket.send('hello', 8080, address);
  const [message] = await once(socket, 'message');
  socket.close();
  expect(JSON.parse(String(message))).toEqual({
    request: 'hello',
    namespace: 'team-a',
    ingress: '',
    service: '',
    pod: '',
  });
});
