import type { Duplex } from 'node:stream';
import { emptyHeaders } from './empty-headers.ts';
import { controlFrame, controlTypes, dataFrame, type Frame, finFlag, readFrames, uint32 } from './frames.ts';
import { HeaderReader } from './header-reader.ts';
import { type SendBytes, SpdyStream } from './spdy-stream.ts';

/** So many streams may be open at a time. */
const maxStreams = 2000;

/** `RST_STREAM` codes (SPDY/3.1, section 2.6.3). */
const refusedStream = 3;
const cancel = 5;

/**
 * The server's side of SPDY/3.1, as far as Kubernetes' clients speak it: streams that the client opens, without flow
 * control. Resolves when the connection has ended; all its streams have then.
 */
export async function serveSpdy(connection: Duplex, onStream: (stream: SpdyStream) => void): Promise<void> {
  const server = new SpdyServer(connection, onStream);
  try {
    for await (const frame of readFrames(connection)) await server.take(frame);
  } catch {
    // What cannot be understood ends the connection.
  } finally {
    server.close();
    connection.destroy();
  }
}

class SpdyServer {
  readonly #connection: Duplex;
  readonly #onStream: (stream: SpdyStream) => void;
  readonly #streams = new Map<number, SpdyStream>();
  readonly #headers = new HeaderReader();
  #hasReplied = false;

  constructor(connection: Duplex, onStream: (stream: SpdyStream) => void) {
    this.#connection = connection;
    this.#onStream = onStream;
    connection.on('error', () => undefined);
  }

  async take(frame: Frame): Promise<void> {
    if (frame.type === 'data') {
      const stream = this.#streams.get(frame.streamId);
      if (frame.payload.length > 0) await stream?.receive(frame.payload);
      if ((frame.flags & finFlag) !== 0) stream?.receiveEnd();
      return;
    }
    switch (frame.control) {
      case controlTypes.synStream:
        await this.#open(frame.payload, (frame.flags & finFlag) !== 0);
        return;
      case controlTypes.rstStream:
        this.#streams.get(frame.payload.readUInt32BE(0))?.destroy();
        return;
      case controlTypes.ping:
        this.#write(controlFrame(controlTypes.ping, frame.payload));
        return;
    }
  }

  close(): void {
    for (const stream of this.#streams.values()) stream.destroy();
    this.#streams.clear();
    this.#headers.close();
  }

  async #open(payload: Buffer, isEnded: boolean): Promise<void> {
    const id = payload.readUInt32BE(0) & 0x7fffffff;
    // Read also where it is refused: later ones are compressed against it.
    const headers = await this.#headers.read(payload.subarray(10));
    if (this.#streams.size >= maxStreams || this.#streams.has(id)) {
      this.#write(controlFrame(controlTypes.rstStream, uint32(id, refusedStream)));
      return;
    }
    const send: SendBytes = (bytes, isLast, done) =>
      this.#write(dataFrame(id, isLast ? finFlag : 0, bytes), done);
    const stream = new SpdyStream(headers, send, () =>
      this.#write(controlFrame(controlTypes.rstStream, uint32(id, cancel))),
    );
    this.#streams.set(id, stream);
    stream.on('error', () => undefined).once('close', () => this.#streams.delete(id));
    this.#write(
      controlFrame(controlTypes.synReply, Buffer.concat([uint32(id), emptyHeaders(!this.#hasReplied)])),
    );
    this.#hasReplied = true;
    if (isEnded) stream.receiveEnd();
    this.#onStream(stream);
  }

  #write(bytes: Buffer, done: (error?: Error | null) => void = () => undefined): void {
    if (!this.#connection.writable) {
      done(new Error('the connection has ended'));
      return;
    }
    this.#connection.write(bytes, done);
  }
}
