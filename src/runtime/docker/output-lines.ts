import { Writable } from 'node:stream';

export type OutputStream = 'stdout' | 'stderr';

/** Takes a line without its end. */
export type OutputListener = (line: string, stream: OutputStream) => void;

/** Takes what came, as it came. */
export type BytesListener = (bytes: Uint8Array, stream: OutputStream) => void;

/** So many lines are kept for the first listener. */
const keptLines = 500;

/** Longest line that is put together: what writes more without a line end is cut. */
const longestLine = 65_536;

/** So much is kept for who takes it as it came, bytes. */
const keptBytes = 256 * 1024;

/** Splits what a container writes into lines. It always takes what comes: a container whose output is not read stops. */
export class OutputLines {
  readonly #listeners: OutputListener[] = [];
  #early: [string, OutputStream][] = [];
  #onBytes: BytesListener | undefined;
  #earlyBytes: [Uint8Array, OutputStream][] = [];
  #bytesLeft = keptBytes;
  readonly #endings: (() => void)[] = [];

  /** One listener takes what comes as it comes, also what came before where it is there first. */
  listenToBytes(listener: BytesListener): void {
    this.#onBytes = listener;
    for (const [bytes, stream] of this.#earlyBytes) listener(bytes, stream);
    this.#earlyBytes = [];
  }

  listen(listener: OutputListener): void {
    const early = this.#early;
    this.#early = [];
    this.#listeners.push(listener);
    this.#earlyBytes = [];
    this.#bytesLeft = 0;
    for (const [line, stream] of early) listener(line, stream);
  }

  /** Where the bytes of one stream go. */
  sink(stream: OutputStream): Writable {
    const decoder = new TextDecoder();
    let rest = '';
    this.#endings.push(() => {
      if (rest !== '') this.#tell(rest, stream);
      rest = '';
    });
    return new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        this.#tellBytes(chunk, stream);
        const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
        rest = lines.pop() ?? '';
        if (rest.length > longestLine) {
          lines.push(rest);
          rest = '';
        }
        for (const line of lines) this.#tell(line.endsWith('\r') ? line.slice(0, -1) : line, stream);
        done();
      },
    });
  }

  /** Nothing comes any more: what has no line end is a line, too. */
  end(): void {
    for (const end of this.#endings) end();
  }

  #tellBytes(chunk: Buffer, stream: OutputStream): void {
    if (this.#onBytes !== undefined) this.#onBytes(chunk, stream);
    else if (this.#bytesLeft > 0) this.#earlyBytes.push([chunk, stream]);
    this.#bytesLeft -= chunk.length;
  }

  #tell(line: string, stream: OutputStream): void {
    if (this.#listeners.length > 0) for (const listener of this.#listeners) listener(line, stream);
    else if (this.#early.length < keptLines) this.#early.push([line, stream]);
  }
}
