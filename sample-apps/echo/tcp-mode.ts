import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';
import type { Listeners } from '../listeners.ts';
import type { SampleAppOptions } from '../sample-app.ts';
import { identityOf } from './identity.ts';
import { portOf } from './ports.ts';
import { keyPairOf, tlsAssertions } from './tls.ts';

/** echo-basic's TCP mode: a greeting, then line commands `PING`, `IS_TLS` and `TEST`; other lines are ignored. */
export async function startTcpMode(options: SampleAppOptions, listeners: Listeners): Promise<void> {
  const { env, files, log } = options;
  const tcpPort = portOf(env, 'TCP_PORT', 3000);
  const tlsPort = portOf(env, 'TLS_PORT', 8443);
  const keyPair = keyPairOf(env, files, { cert: 'TLS_SERVER_CERT', key: 'TLS_SERVER_PRIV_KEY' });
  const identity = { ...identityOf(env), tcpport: String(tcpPort), tlsport: String(tlsPort) };
  const serve = (socket: Socket) => converse(socket, identity);
  const started = [...new Set([tcpPort, ...options.ports])]
    .filter((port) => keyPair === undefined || port !== tlsPort)
    .map((port) => {
      log(`Starting server, listening on port ${port} (tcp)`);
      return listeners.listen(createServer({ noDelay: true }, serve), port);
    });
  if (keyPair !== undefined) {
    log(`Starting server, listening on port ${tlsPort} (tls)`);
    const { cert, key } = keyPair;
    started.push(listeners.listen(createTlsServer({ cert, key, minVersion: 'TLSv1.2' }, serve), tlsPort));
  }
  await Promise.all(started);
}

function converse(socket: Socket, identity: Readonly<Record<string, string>>): void {
  const isTls = socket instanceof TLSSocket;
  const facts = { ...identity, isTLS: isTls, ...(isTls ? { tls: tlsFacts(socket) } : {}) };
  const answers: Readonly<Record<string, string>> = {
    PING: 'PONG',
    IS_TLS: String(isTls),
    TEST: JSON.stringify(facts),
  };
  socket.on('error', () => socket.destroy());
  socket.write('Gateway API Test TCP Server\n');
  createInterface({ input: socket }).on('line', (line) => {
    const answer = answers[line];
    if (answer !== undefined) socket.write(`${answer}\n`);
  });
}

/** Go spells the version with a space here, unlike in HTTP mode. */
function tlsFacts(socket: TLSSocket): object {
  const { version, serverName, negotiatedProtocol, cipherSuite } = tlsAssertions(socket);
  return {
    version: version.replace('TLSv', 'TLS '),
    serverName,
    ...(negotiatedProtocol === undefined ? {} : { negotiatedProtocol }),
    cipherSuite,
  };
}
