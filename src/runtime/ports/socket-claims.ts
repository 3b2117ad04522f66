import { formatSocketAddress, type SocketAddress } from '../../model/address.ts';

/** Which sockets this instance gave out, and to whom. */
export class SocketClaims {
  readonly #holders = new Map<string, string>();

  /** Takes the socket for `holder`; `false` when it is given out already. */
  claim(socket: SocketAddress, holder: string): boolean {
    const key = formatSocketAddress(socket);
    if (this.#holders.has(key)) return false;
    this.#holders.set(key, holder);
    return true;
  }

  holder(socket: SocketAddress): string | undefined {
    return this.#holders.get(formatSocketAddress(socket));
  }

  release(socket: SocketAddress): void {
    this.#holders.delete(formatSocketAddress(socket));
  }
}
