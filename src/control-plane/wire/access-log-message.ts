import type { AccessLogEntry } from '../../model/access-log-entry.ts';
import { type Node, readNode } from './node.ts';
import { WireReader } from './reader.ts';
import { readResponseFlags } from './response-flags.ts';

/** `envoy.service.accesslog.v3.StreamAccessLogsMessage`, as far as it is about finished HTTP requests. */
export interface AccessLogMessage {
  /** On the first message of a stream only. */
  readonly node: Node | undefined;
  readonly logName: string | undefined;
  readonly entries: readonly AccessLogEntry[];
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
type EntryDraft = Mutable<AccessLogEntry>;

/** @throws RangeError when the bytes are no such message. */
export function readAccessLogMessage(bytes: Buffer): AccessLogMessage {
  const reader = new WireReader(bytes);
  let node: Node | undefined;
  let logName: string | undefined;
  const entries: AccessLogEntry[] = [];
  while (reader.hasMore) {
    const tag = reader.tag();
    if (tag === 0x0a) {
      const identifier = reader.message();
      while (identifier.hasMore) {
        const inner = identifier.tag();
        if (inner === 0x0a) node = readNode(identifier.message());
        else if (inner === 0x12) logName = identifier.text();
        else identifier.skip(inner);
      }
    } else if (tag === 0x12) {
      readEntries(reader.message(), entries);
    } else reader.skip(tag);
  }
  return { node, logName, entries };
}

function readEntries(reader: WireReader, entries: AccessLogEntry[]): void {
  while (reader.hasMore) {
    const tag = reader.tag();
    if (tag === 0x0a) entries.push(readEntry(reader.message()));
    else reader.skip(tag);
  }
}

const noFlags: readonly string[] = [];

function readEntry(reader: WireReader): AccessLogEntry {
  const entry: EntryDraft = {
    startTimeMs: 0,
    durationMs: 0,
    method: '',
    host: '',
    path: '',
    status: 0,
    responseFlags: noFlags,
    responseCodeDetails: '',
    route: '',
    cluster: '',
    upstreamAddress: '',
    attemptCount: 0,
  };
  while (reader.hasMore) {
    const tag = reader.tag();
    if (tag === 0x0a) readCommon(reader.message(), entry);
    else if (tag === 0x1a) readRequest(reader.message(), entry);
    else if (tag === 0x22) readResponse(reader.message(), entry);
    else reader.skip(tag);
  }
  return entry;
}

/** `AccessLogCommon`. Envoys that do not fill `duration` tell when the last byte went to the client. */
function readCommon(reader: WireReader, entry: EntryDraft): void {
  let lastByteMs = 0;
  while (reader.hasMore) {
    const tag = reader.tag();
    switch (tag >> 3) {
      case 5:
        entry.startTimeMs = readMilliseconds(reader.message());
        break;
      case 12:
        lastByteMs = readMilliseconds(reader.message());
        break;
      case 13:
        entry.upstreamAddress = readAddress(reader.message());
        break;
      case 15:
        entry.cluster = reader.text();
        break;
      case 16:
        entry.responseFlags = readResponseFlags(reader.message());
        break;
      case 19:
        entry.route = reader.text();
        break;
      case 23:
        entry.durationMs = readMilliseconds(reader.message());
        break;
      case 24:
        entry.attemptCount = reader.varint();
        break;
      default:
        reader.skip(tag);
    }
  }
  if (entry.durationMs === 0) entry.durationMs = lastByteMs;
}

/** Names of `envoy.config.core.v3.RequestMethod`. */
const methods = ['', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'] as const;

function readRequest(reader: WireReader, entry: EntryDraft): void {
  let originalPath = '';
  while (reader.hasMore) {
    const tag = reader.tag();
    switch (tag >> 3) {
      case 1:
        entry.method = methods[reader.varint()] ?? '';
        break;
      case 3:
        entry.host = reader.text();
        break;
      case 5:
        entry.path = reader.text();
        break;
      case 10:
        originalPath = reader.text();
        break;
      default:
        reader.skip(tag);
    }
  }
  // A rewritten path is what the backend saw; people know what they asked for.
  if (originalPath !== '') entry.path = originalPath;
}

function readResponse(reader: WireReader, entry: EntryDraft): void {
  while (reader.hasMore) {
    const tag = reader.tag();
    switch (tag >> 3) {
      case 1:
        entry.status = readWrapped(reader.message());
        break;
      case 6:
        entry.responseCodeDetails = reader.text();
        break;
      default:
        reader.skip(tag);
    }
  }
}

/** `UInt32Value`. */
function readWrapped(reader: WireReader): number {
  let value = 0;
  while (reader.hasMore) {
    const tag = reader.tag();
    if (tag === 0x08) value = reader.varint();
    else reader.skip(tag);
  }
  return value;
}

/** `Timestamp` or a positive `Duration`, in milliseconds with fractions. */
function readMilliseconds(reader: WireReader): number {
  let seconds = 0;
  let nanos = 0;
  while (reader.hasMore) {
    const tag = reader.tag();
    if (tag === 0x08) seconds = reader.varint();
    else if (tag === 0x10) nanos = reader.varint();
    else reader.skip(tag);
  }
  return seconds * 1000 + nanos / 1_000_000;
}

/** `envoy.config.core.v3.Address`: `host:port` of a socket, the path of a pipe. */
function readAddress(reader: WireReader): string {
  while (reader.hasMore) {
    const tag = reader.tag();
    if (tag === 0x0a) return readSocketAddress(reader.message());
    if (tag === 0x12) {
      const pipe = reader.message();
      while (pipe.hasMore) {
        const inner = pipe.tag();
        if (inner === 0x0a) return pipe.text();
        pipe.skip(inner);
      }
    } else reader.skip(tag);
  }
  return '';
}

function readSocketAddress(reader: WireReader): string {
  let address = '';
  let port = 0;
  while (reader.hasMore) {
    const tag = reader.tag();
    if (tag === 0x12) address = reader.text();
    else if (tag === 0x18) port = reader.varint();
    else reader.skip(tag);
  }
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
