import { Writable } from 'node:stream';

export type OutputStream = 'stdout' | 'stderr';

/** Takes a line without its end. */
export type OutputListener = (line: string, stream: OutputStream) => void;

/** So many lines are kept for the first listener. */
const keptLines = 500;

/** Longest line that is put together: what writes more without a line end is cut. */
const longestLine = 65_536;

/** Splits what a container writes into lines. It always takes what comes: a container whose output is not read stops. */
export class OutputLines {
  readonly #listeners: OutputListener[] = [];
  #early: [string, OutputStream][] = [];

  listen(listener: OutputListener): void {
    const early = this.#early;
    this.#early = [];
    this.#listeners.push(listener);
    for (const [line, stream] of early) listener(line, stream);
  }

  /** Where the bytes of one stream go. */
  sink(stream: OutputStream): Writable {
    const decoder = new TextDecoder();
    let rest = '';
    return new Writable({
      write: (chunk: Buffer, _encoding, done) => {
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

  #tell(line: string, stream: OutputStream): void {
    if (this.#listeners.length > 0) for (const listener of this.#listeners) listener(line, stream);
    else if (this.#early.length < keptLines) this.#early.push([line, stream]);
  }
}
