// The library needs it before it is loaded itself.
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { Certificates } from './certificates.ts';

x509.cryptoProvider.set(webcrypto);

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

/** Clocks of containers can be a little behind. */
const backdatedMs = 3_600_000;
const validMs = 365 * 24 * 3_600_000;

/**
 * A new certificate authority and one server certificate of it. The authority's key is thrown away: it signs nothing
 * else, and who renews makes a new authority.
 */
export async function makeCertificates(serverName: string, nowMs: number): Promise<Certificates> {
  const [authorityKeys, keys] = await Promise.all([generateKeys(), generateKeys()]);
  const validity = { notBefore: new Date(nowMs - backdatedMs), notAfter: new Date(nowMs + validMs) };
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity,
    name: 'CN=calb-sim instance CA',
    keys: authorityKeys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  });
  const leaf = await x509.X509CertificateGenerator.create({
    ...validity,
    subject: `CN=${serverName}`,
    issuer: authority.subject,
    publicKey: keys.publicKey,
    signingKey: authorityKeys.privateKey,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        { type: 'dns', value: serverName },
        // Of this machine, for the instance's API.
        { type: 'dns', value: 'localhost' },
        { type: 'ip', value: '127.0.0.1' },
        { type: 'ip', value: '::1' },
      ]),
    ],
  });
  const privateKey = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    caCertificate: authority.toString('pem'),
    certificate: leaf.toString('pem'),
    privateKey: x509.PemConverter.encode(privateKey, 'PRIVATE KEY'),
  };
}

function generateKeys(): Promise<CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']) as Promise<CryptoKeyPair>;
}

type CryptoKeyPair = webcrypto.CryptoKeyPair;
