import type { LogLine } from '../../model/logs.ts';
import type { LogBook } from '../log-book.ts';

/** How long lines wait for more, milliseconds. */
const gatherMs = 50;

/** Sends the lines of those that are followed, in batches. */
export class FollowedLogs {
  readonly #log: LogBook;
  readonly #send: (key: string, lines: readonly LogLine[]) => void;
  readonly #ends = new Map<string, () => void>();

  constructor(log: LogBook, send: (key: string, lines: readonly LogLine[]) => void) {
    this.#log = log;
    this.#send = send;
  }

  follow(key: string, isFollowed: boolean): void {
    this.#ends.get(key)?.();
    this.#ends.delete(key);
    if (isFollowed) this.#ends.set(key, this.#gather(key));
  }

  #gather(key: string): () => void {
    let waiting: LogLine[] = [];
    let timer: NodeJS.Timeout | undefined;
    const flush = () => {
      const lines = waiting;
      waiting = [];
      timer = undefined;
      this.#send(key, lines);
    };
    const end = this.#log.follow(key, (line) => {
      waiting.push(line);
      timer ??= setTimeout(flush, gatherMs);
    });
    return () => {
      clearTimeout(timer);
      end();
    };
  }
}
