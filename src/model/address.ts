/** A TCP address. IPv6 addresses are written without brackets. */
export interface SocketAddress {
  readonly address: string;
  /** 1 to 65535. */
  readonly port: number;
}

/** Where something is reached or listens: a TCP address, or a unix socket by its path. */
export type Address = SocketAddress | { readonly path: string };

/** `address:port`, with brackets around IPv6. */
export function formatSocketAddress({ address, port }: SocketAddress): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
