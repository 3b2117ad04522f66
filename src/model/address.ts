/** A TCP address. IPv6 addresses are written without brackets. */
export interface SocketAddress {
  readonly address: string;
  /** 1 to 65535. */
  readonly port: number;
}

/** `address:port`, with brackets around IPv6. */
export function formatSocketAddress({ address, port }: SocketAddress): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
