import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import type { LogLine } from '../model/logs.ts';

/** So much of the end of a file counts as its latest lines, bytes. */
const tailBytes = 1024 * 1024;

/** How often a file that is followed is looked at, milliseconds. */
const paceMs = 150;

/** The latest lines of an access log; `undefined` where there is none. */
export function latestAccessLogLines(path: string): readonly LogLine[] | undefined {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  const from = Math.max(0, stats.size - tailBytes);
  const lines = read(path, from, stats.size).toString('utf8').split('\n');
  // The first line is cut where the file is longer; the last one is not whole yet, or empty.
  return lines.slice(from > 0 ? 1 : 0, -1).map((text) => toLine(text, stats.mtimeMs));
}

/** Calls the listener for each line that is written from now on, also in a file that takes its place. */
export function followAccessLog(path: string, listener: (line: LogLine) => void): () => void {
  let stats = statSync(path, { throwIfNoEntry: false });
  let identity = stats?.ino;
  let offset = stats?.size ?? 0;
  let decoder = new StringDecoder('utf8');
  let rest = '';
  const look = () => {
    stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return;
    if (stats.ino !== identity || stats.size < offset) {
      identity = stats.ino;
      offset = 0;
      decoder = new StringDecoder('utf8');
      rest = '';
    }
    if (stats.size === offset) return;
    const parts = (rest + decoder.write(read(path, offset, stats.size))).split('\n');
    offset = stats.size;
    rest = parts.pop() ?? '';
    for (const text of parts) listener(toLine(text, Date.now()));
  };
  const timer = setInterval(look, paceMs);
  return () => clearInterval(timer);
}

function read(path: string, from: number, to: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(to - from);
    const length = readSync(file, buffer, 0, buffer.length, from);
    return buffer.subarray(0, length);
  } finally {
    closeSync(file);
  }
}

const startTime = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/;

/** The time is the one that stands in the line, as in all formats of Envoy that have one. */
function toLine(text: string, otherwiseMs: number): LogLine {
  const timeMs = Date.parse(startTime.exec(text)?.[0] ?? '');
  return { timeMs: Number.isNaN(timeMs) ? otherwiseMs : timeMs, stream: 'stdout', text };
}
