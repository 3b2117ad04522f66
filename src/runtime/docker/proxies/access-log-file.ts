import { appendFile } from 'node:fs';

/** How long lines wait for more, milliseconds. */
const flushMs = 50;

/** So much waits at most while the disk is slow, bytes: what comes then is dropped. */
const longestQueue = 8 * 2 ** 20;

/** Appends lines to a file of this machine. It may be moved away or deleted: the next lines make it anew. */
export class AccessLogFile {
  readonly #path: string;
  #lines: string[] = [];
  #bytes = 0;
  #isWriting = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  append(line: string): void {
    if (this.#bytes > longestQueue) return;
    this.#lines.push(line);
    this.#bytes += line.length + 1;
    this.#timer ??= setTimeout(() => this.#flush(), flushMs);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#lines = [];
  }

  #flush(): void {
    this.#timer = undefined;
    if (this.#isWriting || this.#lines.length === 0) return;
    const text = `${this.#lines.join('\n')}\n`;
    this.#lines = [];
    this.#bytes = 0;
    this.#isWriting = true;
    appendFile(this.#path, text, () => {
      this.#isWriting = false;
      if (this.#lines.length > 0) this.#timer ??= setTimeout(() => this.#flush(), flushMs);
    });
  }
}
