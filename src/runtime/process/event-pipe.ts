import { constants, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Fifos } from './fifos.ts';

/** A line longer than this, bytes, cannot be an event: what came so far is dropped. */
const maxLineBytes = 1024 * 1024;

/**
 * A FIFO that Envoy writes lines to. It is opened for reading and writing before Envoy starts: Envoy's start would
 * wait for a reader, and our own writing end keeps it open while Envoy is replaced.
 */
export class EventPipe {
  readonly path: string;
  readonly #socket: Socket;

  private constructor(path: string, onLine: (line: string) => void) {
    this.path = path;
    const fd = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
    this.#socket = new Socket({ fd, readable: true, writable: false });
    let rest = '';
    this.#socket.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > maxLineBytes) rest = '';
      for (const line of lines) if (line !== '') onLine(line);
    });
    this.#socket.on('error', () => {
      this.#socket.destroy();
    });
  }

  /** Makes the FIFO and begins to read. */
  static async create(path: string, fifos: Fifos, onLine: (line: string) => void): Promise<EventPipe> {
    await fifos.make(path);
    return new EventPipe(path, onLine);
  }

  close(): void {
    this.#socket.destroy();
    rmSync(this.path, { force: true });
  }
}
