import type { Duplex } from 'node:stream';
import { constants, createDeflate, inflateSync } from 'node:zlib';
import {
  controlFrame,
  controlTypes,
  dataFrame,
  finFlag,
  readFrames,
  uint32,
} from '../../../../src/api/connect/spdy/frames.ts';
import { headerDictionary } from '../../../../src/api/connect/spdy/header-dictionary.ts';

/** What the server sent on a stream so far. */
export interface ReceivedStream {
  text: string;
  isReplied: boolean;
  isEnded: boolean;
  isReset: boolean;
}

/** The client's side of SPDY/3.1: compresses headers as Go's does, and keeps what comes. */
export class SpdyClient {
  readonly streams = new Map<number, ReceivedStream>();
  readonly pings: Buffer[] = [];
  readonly ended: Promise<void>;
  readonly #connection: Duplex;
  readonly #deflate = createDeflate({ dictionary: headerDictionary, flush: constants.Z_SYNC_FLUSH });
  readonly #replies: Buffer[] = [];
  #nextId = 1;

  constructor(connection: Duplex) {
    this.#connection = connection.on('error', () => undefined);
    this.ended = this.#read();
  }

  async open(headers: Readonly<Record<string, string>>): Promise<number> {
    const id = this.#nextId;
    this.#nextId += 2;
    this.streams.set(id, { text: '', isReplied: false, isEnded: false, isReset: false });
    const pairs = Object.entries(headers).flat().map(textWithLength);
    const block = await this.#compress(Buffer.concat([uint32(Object.keys(headers).length), ...pairs]));
    const start = Buffer.concat([uint32(id, 0), Buffer.from([0, 0]), block]);
    this.#connection.write(controlFrame(controlTypes.synStream, start));
    return id;
  }

  send(id: number, text: string, isLast = false): void {
    this.#connection.write(dataFrame(id, isLast ? finFlag : 0, Buffer.from(text)));
  }

  write(bytes: Uint8Array): void {
    this.#connection.write(bytes);
  }

  end(): void {
    this.#connection.end();
  }

  stream(id: number): ReceivedStream {
    const stream = this.streams.get(id);
    if (stream === undefined) throw new Error(`there is no stream ${id}`);
    return stream;
  }

  #compress(bytes: Buffer): Promise<Buffer> {
    return new Promise((resolve) => {
      const chunks: Buffer[] = [];
      const take = (chunk: Buffer) => chunks.push(chunk);
      this.#deflate.on('data', take).write(bytes, () => {
        setImmediate(() => {
          this.#deflate.off('data', take);
          resolve(Buffer.concat(chunks));
        });
      });
    });
  }

  async #read(): Promise<void> {
    try {
      for await (const frame of readFrames(this.#connection)) {
        if (frame.type === 'data') {
          const stream = this.stream(frame.streamId);
          stream.text += frame.payload.toString();
          stream.isEnded ||= (frame.flags & finFlag) !== 0;
        } else if (frame.control === controlTypes.ping) this.pings.push(frame.payload);
        else if (frame.control === controlTypes.rstStream) {
          this.stream(frame.payload.readUInt32BE(0)).isReset = true;
        } else if (frame.control === controlTypes.synReply) this.#onReply(frame.payload);
      }
    } catch {
      // The server broke the connection.
    }
  }

  /** Headers of all replies are one compressed text; there are none in any. */
  #onReply(payload: Buffer): void {
    this.#replies.push(payload.subarray(4));
    const options = { dictionary: headerDictionary, finishFlush: constants.Z_SYNC_FLUSH };
    const headers = inflateSync(Buffer.concat(this.#replies), options);
    if (!headers.equals(Buffer.alloc(4 * this.#replies.length))) throw new Error('headers that nobody sent');
    this.stream(payload.readUInt32BE(0)).isReplied = true;
  }
}

function textWithLength(text: string): Buffer {
  return Buffer.concat([uint32(Buffer.byteLength(text)), Buffer.from(text)]);
}
