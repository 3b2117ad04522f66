import type { SecretJson } from '../gen/envoy/envoy/extensions/transport_sockets/tls/v3/secret_pb.js';
import type { TlsSecret } from '../model/secret.ts';

/** A server certificate with its key (SDS). Holds the private key: print {@link redactedSecretJson} instead. */
export function secretJson(secret: TlsSecret): SecretJson {
  return {
    name: secret.name,
    tls_certificate: {
      certificate_chain: { inline_string: secret.certificateChain },
      private_key: { inline_string: secret.privateKey },
    },
  };
}

/** {@link secretJson} with the private key replaced, for people's eyes. */
export function redactedSecretJson(secret: TlsSecret): SecretJson {
  return secretJson({ ...secret, privateKey: '[redacted]' });
}
