import type { ServerResponse } from 'node:http';
import type { LogLine, LogOwner, LogSource } from '../model/logs.ts';

/** So much waits at most for a reader that is slow, bytes: lines that come meanwhile are left out. */
const longestQueue = 4 * 2 ** 20;

/** New lines of logs: they wait until somebody takes them. */
export class LogNews {
  readonly #ends: readonly (() => void)[];
  #waiting: LogLine[] = [];
  #take: (line: LogLine) => void = (line) => this.#waiting.push(line);

  constructor(logs: LogSource, owners: readonly LogOwner[]) {
    this.#ends = owners.map((owner) => logs.follow(owner, (line) => this.#take(line)));
  }

  /** Writes what waits and what comes, until the reader has gone. */
  writeTo(response: ServerResponse, toText: (line: LogLine) => string): void {
    response.flushHeaders();
    this.#take = (line) => {
      if (!response.destroyed && response.writableLength < longestQueue) response.write(toText(line));
    };
    for (const line of this.#waiting) this.#take(line);
    this.#waiting = [];
    response.on('close', () => {
      for (const end of this.#ends) end();
    });
  }
}
