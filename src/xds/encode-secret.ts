import type { TlsSecret } from '../model/secret.ts';
import { contentVersion } from './encode.ts';
import { secretJson } from './secret.ts';
import type { SnapshotResource } from './snapshot.ts';
import { messageNames } from './type-url.ts';
import { encodeMessage, type JsonMessage } from './wire/encoder.ts';

const encoded = new WeakMap<TlsSecret, SnapshotResource>();

/** Encodes a secret once. */
export function encodeSecret(secret: TlsSecret): SnapshotResource {
  const known = encoded.get(secret);
  if (known !== undefined) return known;
  const bytes = encodeMessage(messageNames.secret, secretJson(secret) as JsonMessage);
  const resource = { name: secret.name, version: contentVersion(bytes), bytes };
  encoded.set(secret, resource);
  return resource;
}
