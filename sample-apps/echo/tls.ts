import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';

/** What echo-basic tells about a TLS connection. */
export interface TlsAssertions {
  readonly version: string;
  /** PEM, the client's own certificate first. */
  readonly peerCertificates?: readonly string[];
  readonly serverName: string;
  readonly negotiatedProtocol?: string;
  /** IANA name, such as `TLS_AES_128_GCM_SHA256`. */
  readonly cipherSuite: string;
}

/** Describes a connection as Go's `tls.ConnectionState` would be printed. */
export function tlsAssertions(socket: TLSSocket): TlsAssertions {
  const certificates = peerCertificates(socket);
  const serverName: unknown = Reflect.get(socket, 'servername');
  return {
    version: socket.getProtocol() ?? '',
    ...(certificates.length === 0 ? {} : { peerCertificates: certificates }),
    serverName: typeof serverName === 'string' ? serverName : '',
    ...(typeof socket.alpnProtocol === 'string' ? { negotiatedProtocol: socket.alpnProtocol } : {}),
    cipherSuite: socket.getCipher().standardName,
  };
}

function peerCertificates(socket: TLSSocket): string[] {
  const pems: string[] = [];
  const seen = new Set<string>();
  let next: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  while (next?.raw !== undefined && !seen.has(next.fingerprint256)) {
    seen.add(next.fingerprint256);
    pems.push(toPem(next.raw));
    next = next.issuerCertificate;
  }
  return pems;
}

/** PEM as Go encodes it: 64 columns, a newline at the end. */
function toPem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** PEM texts of a server. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
  /** Client certificates are verified against it where one is given. */
  readonly clientCa?: string;
}

/** The environment variables that name a server's files; the modes of echo-basic spell the key's differently. */
export interface KeyPairVariables {
  readonly cert: string;
  readonly key: string;
  readonly clientCa?: string;
}

/**
 * Reads the key pair that the environment names. `undefined` when it names none.
 *
 * @throws when it names a file that the pod does not have: the real container ends then, too
 */
export function keyPairOf(
  env: Readonly<Record<string, string>>,
  files: Readonly<Record<string, string>>,
  variables: KeyPairVariables,
): KeyPair | undefined {
  const text = (variable: string | undefined): string | undefined => {
    const path = variable === undefined ? '' : (env[variable] ?? '');
    if (path === '') return undefined;
    const content = files[path];
    if (content === undefined)
      throw new Error(`${variable} names ${path}, which none of the pod's volumes has`);
    return content;
  };
  if (!env[variables.cert] || !env[variables.key]) return undefined;
  const cert = text(variables.cert);
  const key = text(variables.key);
  const clientCa = text(variables.clientCa);
  if (cert === undefined || key === undefined) return undefined;
  return { cert, key, ...(clientCa === undefined ? {} : { clientCa }) };
}
