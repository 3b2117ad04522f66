import type { LogLine } from '../model/logs.ts';

/** So many of the latest lines of each are kept. */
const keptLines = 1000;

/** So many that have ended are remembered: instances that run for days start pods again and again. */
const keptLogs = 500;

/** Longest line that is kept: what is longer is cut. */
const longestLine = 16_384;

interface Log {
  /** A ring: the oldest line is at `next` once it is full. */
  readonly ring: LogLine[];
  next: number;
}

/** The latest lines of programs, by a key of each. */
export class LogBook {
  readonly #logs = new Map<string, Log>();
  readonly #followers = new Map<string, Set<(line: LogLine) => void>>();

  /** Another one of this key begins: what was written before is forgotten. */
  begin(key: string): void {
    this.#begin(key);
  }

  /** Adds a line, without its end. */
  add(key: string, text: string, stream: LogLine['stream'] = 'stdout'): void {
    const log = this.#logs.get(key) ?? this.#begin(key);
    const line: LogLine = { timeMs: Date.now(), stream, text: text.slice(0, longestLine) };
    log.ring[log.next] = line;
    log.next = (log.next + 1) % keptLines;
    for (const follower of this.#followers.get(key) ?? []) follower(line);
  }

  /** Oldest first; `undefined` for a key that never began. */
  lines(key: string): readonly LogLine[] | undefined {
    const log = this.#logs.get(key);
    return log && [...log.ring.slice(log.next), ...log.ring.slice(0, log.next)];
  }

  follow(key: string, listener: (line: LogLine) => void): () => void {
    const followers = this.#followers.get(key) ?? new Set();
    this.#followers.set(key, followers.add(listener));
    return () => {
      followers.delete(listener);
      if (followers.size === 0 && this.#followers.get(key) === followers) this.#followers.delete(key);
    };
  }

  #begin(key: string): Log {
    const log: Log = { ring: [], next: 0 };
    this.#logs.delete(key);
    this.#logs.set(key, log);
    const [oldest] = this.#logs.keys();
    if (this.#logs.size > keptLogs && oldest !== undefined) this.#logs.delete(oldest);
    return log;
  }
}
