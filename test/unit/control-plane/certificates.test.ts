import { X509Certificate } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { loadOrCreateCertificates, serverName } from '../../../src/control-plane/certificates.ts';

const dayMs = 24 * 3_600_000;
const nowMs = Date.parse('2026-11-25T12:00:00Z');

function memoryStore(text?: string) {
  const store = {
    text,
    writes: 0,
    read: () => store.text,
    write: (written: string) => {
      store.text = written;
      store.writes += 1;
    },
  };
  return store;
}

describe('certificates', () => {
  test('are an authority and a certificate of it for the name that Envoys ask for', async () => {
    const { caCertificate, certificate } = await loadOrCreateCertificates(memoryStore(), nowMs);
    const authority = new X509Certificate(caCertificate);
    const leaf = new X509Certificate(certificate);
    expect(authority.ca).toBe(true);
    expect(leaf.ca).toBe(false);
    expect(leaf.verify(authority.publicKey)).toBe(true);
    expect(leaf.checkHost(serverName)).toBe(serverName);
    expect(leaf.checkHost('localhost')).toBe('localhost');
    expect(leaf.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(leaf.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
  });

  test('are made once and then read', async () => {
    const store = memoryStore();
    const made = await loadOrCreateCertificates(store, nowMs);
    expect(await loadOrCreateCertificates(store, nowMs + dayMs)).toEqual(made);
    expect(store.writes).toBe(1);
  });

  test('are made again a week before they expire', async () => {
    const store = memoryStore();
    const made = await loadOrCreateCertificates(store, nowMs);
    const later = await loadOrCreateCertificates(store, nowMs + 359 * dayMs);
    expect(later.certificate).not.toBe(made.certificate);
    expect(store.writes).toBe(2);
  });

  test('are made again where what is kept is broken, or does not belong together', async () => {
    const store = memoryStore();
    await loadOrCreateCertificates(store, nowMs);
    const other = memoryStore();
    await loadOrCreateCertificates(other, nowMs);
    const whole = store.text ?? '';
    const mixed =
      whole.replace(/-----BEGIN PRIVATE[\s\S]*/, '') +
      (other.text ?? '').replace(/[\s\S]*(?=-----BEGIN PRIVATE)/, '');
    for (const text of ['', 'garbage', whole.slice(0, whole.length / 2), mixed, whole.replace(/MI/g, 'MX')]) {
      const broken = memoryStore(text);
      await loadOrCreateCertificates(broken, nowMs);
      expect(broken.writes).toBe(1);
    }
  });
});
