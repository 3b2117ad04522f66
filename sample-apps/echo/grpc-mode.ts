import {
  createSecureServer,
  createServer,
  type Http2SecureServer,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import { TLSSocket } from 'node:tls';
import type { Listeners } from '../listeners.ts';
import type { SampleAppOptions } from '../sample-app.ts';
import { type Identity, identityOf } from './identity.ts';
import { portOf } from './ports.ts';
import { encodeMessage, type ProtobufField } from './protobuf.ts';
import { keyPairOf, tlsAssertions } from './tls.ts';

/** The service of `grpcecho.proto`. */
const service = 'gateway_api_conformance.echo_basic.grpcecho.GrpcEcho';

/** gRPC status codes. */
const ok = '0';
const unimplemented = '12';

/**
 * echo-basic's gRPC mode: `Echo` and `EchoTwo` describe the call, every other method is unimplemented. Messages are
 * small enough to be encoded by hand, which keeps a gRPC library out of the pods. Server reflection is not offered.
 */
export async function startGrpcMode(options: SampleAppOptions, listeners: Listeners): Promise<void> {
  const { env, files, log } = options;
  const identity = identityOf(env);
  const serve = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) =>
    answer(stream, headers, { identity, log });
  const httpsPort = portOf(env, 'HTTPS_PORT', 8443);
  const keyPair = keyPairOf(env, files, { cert: 'TLS_SERVER_CERT', key: 'TLS_SERVER_PRIV_KEY' });
  const ports = new Set([portOf(env, 'HTTP_PORT', 3000), ...options.ports]);
  if (keyPair !== undefined) ports.delete(httpsPort);
  const started = [...ports].map((port) => {
    const server = createServer();
    server.on('stream', serve);
    log(`plaintext server listening at ${options.address}:${port}`);
    return listeners.listen(server, port);
  });
  if (keyPair !== undefined) {
    const server: Http2SecureServer = createSecureServer({ cert: keyPair.cert, key: keyPair.key });
    server.on('stream', serve);
    log(`secure server listening at ${options.address}:${httpsPort}`);
    started.push(listeners.listen(server, httpsPort));
  }
  await Promise.all(started);
}

interface Pod {
  readonly identity: Identity;
  log(line: string): void;
}

function answer(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, { identity, log }: Pod): void {
  stream.on('error', () => undefined);
  const method = String(headers[':path'] ?? '');
  if (method !== `/${service}/Echo` && method !== `/${service}/EchoTwo`) {
    stream.respond(
      {
        ':status': 200,
        'content-type': 'application/grpc',
        'grpc-status': unimplemented,
        'grpc-message': `method ${method.split('/').at(-1) ?? ''} not implemented`,
      },
      { endStream: true },
    );
    return;
  }
  const socket = stream.session?.socket;
  const tls = socket instanceof TLSSocket ? socket : undefined;
  // The request is an empty message; reading it to its end lets the client finish.
  stream.resume();
  stream.on('end', () => {
    log(`Received over ${tls === undefined ? 'plaintext' : 'TLS'}: `);
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': ok }));
    stream.end(frame(echoResponse(method, { headers, identity, tls })));
  });
}

interface Call {
  readonly headers: IncomingHttpHeaders;
  readonly identity: Identity;
  readonly tls: TLSSocket | undefined;
}

function echoResponse(method: string, { headers, identity, tls }: Call): Buffer {
  const authority = String(headers[':authority'] ?? '');
  const assertions: ProtobufField[] = [
    [1, method],
    ...metadata(headers).map(
      ([key, value]): ProtobufField => [
        2,
        encodeMessage([
          [1, key],
          [2, value],
        ]),
      ],
    ),
    [3, authority],
    [
      4,
      encodeMessage([
        [1, identity.namespace],
        [2, identity.ingress],
        [3, identity.service],
        [4, identity.pod],
      ]),
    ],
  ];
  if (tls !== undefined) assertions.push([5, encodeTls(tls)]);
  return encodeMessage([[1, encodeMessage(assertions)]]);
}

/** What gRPC for Go hands to a server as metadata: `:authority`, `content-type`, `user-agent` and custom headers. */
function metadata(headers: IncomingHttpHeaders): [string, string][] {
  const transport = new Set([':method', ':path', ':scheme', 'te']);
  return Object.entries(headers).flatMap(([key, value]) => {
    if (transport.has(key) || value === undefined) return [];
    return (Array.isArray(value) ? value : [value]).map((item): [string, string] => [key, item]);
  });
}

function encodeTls(socket: TLSSocket): Buffer {
  const {
    version,
    negotiatedProtocol = '',
    serverName,
    cipherSuite,
    peerCertificates = [],
  } = tlsAssertions(socket);
  return encodeMessage([
    [1, version],
    [2, negotiatedProtocol],
    [3, serverName],
    [4, cipherSuite],
    ...peerCertificates.map((pem): ProtobufField => [5, pem]),
  ]);
}

/** A gRPC message frame: not compressed, length, bytes. */
function frame(message: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}
