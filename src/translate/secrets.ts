import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { Secret } from '../gen/kinds/secret.ts';
import type { TlsSecret } from '../model/secret.ts';
import type { Resource } from '../resources/resource.ts';

/** A Secret as a server certificate, or why it is none. */
export type ServerCertificate =
  | { readonly type: 'usable'; readonly secret: TlsSecret }
  | { readonly type: 'unusable'; readonly message: string };

const known = new WeakMap<Resource<Secret>, ServerCertificate>();

/** Reads `tls.crt` and `tls.key` of a Secret of type kubernetes.io/tls. Messages never quote the contents. */
export function serverCertificate(resource: Resource<Secret>): ServerCertificate {
  let certificate = known.get(resource);
  if (certificate === undefined) {
    certificate = readCertificate(resource.object);
    known.set(resource, certificate);
  }
  return certificate;
}

function readCertificate(object: Secret): ServerCertificate {
  const { namespace = 'default', name } = object.metadata;
  const unusable = (what: string): ServerCertificate => ({
    type: 'unusable',
    message: `Secret ${namespace}/${name} ${what}`,
  });
  if (object.type !== 'kubernetes.io/tls') return unusable('must be of type kubernetes.io/tls.');
  const certificateChain = entry(object, 'tls.crt');
  const privateKey = entry(object, 'tls.key');
  if (certificateChain === '' || privateKey === '') return unusable('must contain tls.crt and tls.key.');
  const problem = pemProblem(certificateChain, privateKey);
  if (problem !== undefined) return unusable(problem);
  const source = { kind: 'Secret', namespace, name };
  return { type: 'usable', secret: { name: `${namespace}/${name}`, certificateChain, privateKey, source } };
}

function entry({ data, stringData }: Secret, key: string): string {
  return stringData?.[key] ?? Buffer.from(data?.[key] ?? '', 'base64').toString('utf8');
}

/** Envoy would refuse the whole listener for any of these. */
function pemProblem(certificateChain: string, privateKey: string): string | undefined {
  const blocks = certificateChain.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  const [leaf] = blocks;
  if (leaf === undefined)
    return 'must contain valid tls.crt and tls.key, unable to decode pem data in tls.crt.';
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(leaf);
    for (const block of blocks.slice(1)) new X509Certificate(block);
  } catch {
    return 'must contain valid tls.crt and tls.key, unable to parse the certificates in tls.crt.';
  }
  try {
    const key = createPrivateKey(privateKey);
    return certificate.checkPrivateKey(key) ? undefined : 'must contain a tls.key that belongs to tls.crt.';
  } catch {
    return 'must contain valid tls.crt and tls.key, unable to decode pem data in tls.key.';
  }
}
