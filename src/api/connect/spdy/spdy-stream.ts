import { Duplex } from 'node:stream';

/** Sends a stream's bytes; calls back when more may come. */
export type SendBytes = (bytes: Uint8Array, isLast: boolean, done: (error?: Error | null) => void) => void;

/** One stream of a connection, opened by the client. */
export class SpdyStream extends Duplex {
  readonly headers: ReadonlyMap<string, string>;
  readonly #send: SendBytes;
  readonly #reset: () => void;
  #isEnded = false;
  #onRoom: (() => void) | undefined;

  constructor(headers: ReadonlyMap<string, string>, send: SendBytes, reset: () => void) {
    super({ allowHalfOpen: true });
    this.headers = headers;
    this.#send = send;
    this.#reset = reset;
  }

  /** Takes what the client sent; resolves when there is room for more. */
  receive(bytes: Buffer): Promise<void> {
    if (this.destroyed || this.readableEnded || this.push(bytes)) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onRoom = resolve;
    });
  }

  /** The client sends no more. */
  receiveEnd(): void {
    if (!this.destroyed) this.push(null);
  }

  override _read(): void {
    this.#roomAgain();
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#send(bytes, false, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#isEnded = true;
    this.#send(new Uint8Array(), true, done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#roomAgain();
    if (!this.#isEnded) this.#reset();
    done(error);
  }

  #roomAgain(): void {
    this.#onRoom?.();
    this.#onRoom = undefined;
  }
}
