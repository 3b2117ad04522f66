import type { TransportSocketJson } from '../gen/envoy/envoy/config/core/v3/base_pb.js';
import type { Cluster, UpstreamTls } from '../model/cluster.ts';
import { overAds } from './config-source.ts';
import { typedConfig } from './typed-config.ts';

/** Where Envoy's image, and most systems, have the authorities that they trust. */
const systemAuthorities = '/etc/ssl/certs/ca-certificates.crt';

/** TLS towards a cluster's endpoints, whose certificate is checked. */
export function upstreamTlsSocket(tls: UpstreamTls, protocol: Cluster['protocol']): TransportSocketJson {
  const { authorities, clientCertificate, sni, subjectAltNames } = tls;
  return {
    name: 'envoy.transport_sockets.tls',
    typed_config: typedConfig('transport_sockets.tls.v3.UpstreamTlsContext', {
      sni,
      common_tls_context: {
        tls_params: { tls_minimum_protocol_version: 'TLSv1_2', tls_maximum_protocol_version: 'TLSv1_3' },
        alpn_protocols: [protocol === 'http2' ? 'h2' : 'http/1.1'],
        ...(clientCertificate !== undefined && {
          tls_certificate_sds_secret_configs: [{ name: clientCertificate, sds_config: overAds }],
        }),
        validation_context: {
          trusted_ca:
            authorities === 'system' ? { filename: systemAuthorities } : { inline_string: authorities.pem },
          match_typed_subject_alt_names: subjectAltNames.map(({ type, value }) => ({
            san_type: type === 'uri' ? 'URI' : 'DNS',
            matcher: { exact: value },
          })),
        },
      },
    }),
  };
}
