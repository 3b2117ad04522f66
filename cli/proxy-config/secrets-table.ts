import { X509Certificate } from 'node:crypto';
import { wholeSeconds } from '../../src/resources/whole-seconds.ts';
import { type DumpedResource, type Json, object, text } from './config-dump.ts';

const header = ['RESOURCE NAME', 'TYPE', 'STATUS', 'VALID CERT', 'SERIAL NUMBER', 'NOT AFTER', 'NOT BEFORE'];

/** Certificates that Envoy has by name. Private keys are not looked at. */
export function secretsTable(
  secrets: readonly DumpedResource[],
  nowMs: number,
): readonly (readonly string[])[] {
  return [header, ...secrets.map((secret) => row(secret, nowMs))];
}

function row({ name, resource, state }: DumpedResource, nowMs: number): readonly string[] {
  const isOwn = 'tls_certificate' in resource;
  const type = isOwn ? 'Cert Chain' : 'validation_context' in resource ? 'CA' : '-';
  const source = isOwn
    ? object(object(resource.tls_certificate).certificate_chain)
    : object(object(resource.validation_context).trusted_ca);
  const certificate = parse(source);
  const status = state.toUpperCase();
  if (certificate === undefined) return [name, type, status, '-', '-', '-', '-'];
  const from = Date.parse(certificate.validFrom);
  const to = Date.parse(certificate.validTo);
  const isValid = from <= nowMs && nowMs <= to;
  return [
    name,
    type,
    status,
    String(isValid),
    certificate.serialNumber.toLowerCase(),
    wholeSeconds(to),
    wholeSeconds(from),
  ];
}

/** The first certificate of a chain. Envoy writes bytes as Base64. */
function parse(source: Json): X509Certificate | undefined {
  const bytes = text(source, 'inline_bytes');
  const pem = bytes === '' ? text(source, 'inline_string') : Buffer.from(bytes, 'base64');
  try {
    return pem.length === 0 ? undefined : new X509Certificate(pem);
  } catch {
    return undefined;
  }
}
