import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { join } from 'node:path';

/** The record of a workspace's only instance, and its file. */
function findRecord(workspace) {
  const base = join(workspace.root, 'run', 'calb-sim');
  const [file] = readdirSync(base)
    .map((name) => join(base, name, 'instance.json'))
    .filter((path) => {
      try {
        return readFileSync(path, 'utf8') !== '';
      } catch {
        return false;
      }
    });
  return { file, record: JSON.parse(readFileSync(file, 'utf8')) };
}

/**
 * Stands between a running instance and whoever attaches to it: everything is passed on but the events, of which it makes
 * as many as it is told. Requests, to two endpoints in turn, each of which ends a little later than the one before.
 */
export async function eventSource(workspace, { template }) {
  // The instance writes its record again when it serves over TLS, too.
  while (findRecord(workspace).record.apiUrl === undefined)
    await new Promise((resolve) => setTimeout(resolve, 50));
  const { file, record } = findRecord(workspace);
  const socket = join(workspace.root, 'run', 'events.sock');
  const readers = new Set();
  const server = createServer((incoming, outgoing) => {
    if (incoming.url?.startsWith('/calb/v1/events')) {
      outgoing.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
      outgoing.flushHeaders();
      readers.add(outgoing);
      outgoing.on('close', () => readers.delete(outgoing));
      return;
    }
    const { url: path, method, headers } = incoming;
    const onward = request({ socketPath: record.apiSocket, path, method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => outgoing.destroy());
    outgoing.on('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  await new Promise((resolve) => server.listen(socket, resolve));
  writeFileSync(file, JSON.stringify({ ...record, apiSocket: socket }));
  let seq = 1;
  const send = (count) => {
    const time = new Date().toISOString();
    const lines = Array.from({ length: count }, () => {
      seq += 1;
      const endpoint = seq % 2 === 0 ? template.endpoint : template.endpoint.replace('active', 'passive');
      return JSON.stringify({ ...template, seq, time, endpoint, durationMs: seq % 50 });
    });
    for (const reader of readers) reader.write(`${lines.join('\n')}\n`);
  };
  return {
    hasReader: () => readers.size > 0,
    /** So many events a second for so long. */
    async send(perSecond, ms) {
      const started = performance.now();
      let sent = 0;
      while (performance.now() - started < ms) {
        const due = Math.floor(((performance.now() - started) / 1000) * perSecond);
        if (due > sent) send(due - sent);
        sent = due;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    close() {
      writeFileSync(file, JSON.stringify(record));
      server.closeAllConnections();
      server.close();
    },
  };
}
