import type { AddressJson } from '../gen/envoy/envoy/config/core/v3/address_pb.js';
import type { SocketAddress } from '../model/address.ts';

/** A TCP address or a unix socket's path in Envoy's form. */
export function addressJson(address: SocketAddress | { readonly path: string }): AddressJson {
  if ('path' in address) return { pipe: { path: address.path } };
  return { socket_address: { address: address.address, port_value: address.port } };
}
