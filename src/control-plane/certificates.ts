import { createPrivateKey, X509Certificate } from 'node:crypto';

/** Name in the control plane's certificate: what Envoys ask for, wherever it listens. */
export const serverName = 'calb-cp.local';

/** TLS material of an instance. PEM texts; `privateKey` must never be printed. */
export interface Certificates {
  readonly caCertificate: string;
  readonly certificate: string;
  readonly privateKey: string;
}

/** Where an instance keeps its TLS material: one text, for nobody else's eyes. */
export interface CertificateStore {
  readonly read: () => string | undefined;
  readonly write: (text: string) => void;
}

/** Certificates with less time left are replaced: an instance must not outlive its own. */
const renewBeforeMs = 7 * 24 * 3_600_000;

/**
 * The instance's certificates: kept ones where they are whole and valid long enough, else new ones, which are kept.
 * Making them takes some 100 ms, reading them less than one.
 */
export async function loadOrCreateCertificates(
  store: CertificateStore,
  nowMs: number = Date.now(),
): Promise<Certificates> {
  const kept = parseCertificates(store.read() ?? '', nowMs);
  if (kept !== undefined) return kept;
  const { makeCertificates } = await import('./make-certificates.ts');
  const made = await makeCertificates(serverName, nowMs);
  store.write([made.certificate, made.caCertificate, made.privateKey].join('\n'));
  return made;
}

const pemBlock = /-----BEGIN ([A-Z ]+)-----[\s\S]+?-----END \1-----/g;

/** The material in a text that was kept; `undefined` when it is not whole, not ours, or about to expire. */
function parseCertificates(text: string, nowMs: number): Certificates | undefined {
  const [certificate, caCertificate, privateKey] = [...text.matchAll(pemBlock)].map(([block]) => block);
  if (certificate === undefined || caCertificate === undefined || privateKey === undefined) return undefined;
  try {
    const leaf = new X509Certificate(certificate);
    const authority = new X509Certificate(caCertificate);
    const expiresMs = Math.min(Date.parse(leaf.validTo), Date.parse(authority.validTo));
    const isUsable =
      leaf.checkHost(serverName) !== undefined &&
      leaf.checkIP('127.0.0.1') !== undefined &&
      leaf.verify(authority.publicKey) &&
      leaf.checkPrivateKey(createPrivateKey(privateKey)) &&
      Date.parse(leaf.validFrom) <= nowMs &&
      expiresMs - nowMs > renewBeforeMs;
    return isUsable ? { caCertificate, certificate, privateKey } : undefined;
  } catch {
    return undefined;
  }
}
