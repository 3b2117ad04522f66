#!/usr/bin/env node
// A process of its own that sends HTTP/1.1 requests over raw sockets, one at a time on each of CONNECTIONS connections.
// Arguments: address port host path connections seconds. Prints one JSON line: completed requests, errors, seconds.
import { connect } from 'node:net';

const [address, port, host, path, connections, seconds] = process.argv.slice(2);
const message = Buffer.from(`GET ${path} HTTP/1.1\r\nhost: ${host}\r\nuser-agent: bench\r\n\r\n`);
let completed = 0;
let errors = 0;
let measuring = false;
let stopped = false;

/** Length of the first complete response in `buffer`, or 0. */
function responseLength(buffer) {
  const end = buffer.indexOf('\r\n\r\n');
  if (end < 0) return 0;
  const head = buffer.toString('latin1', 0, end).toLowerCase();
  if (!head.startsWith('http/1.1 200')) errors += measuring ? 1 : 0;
  const length = /\r\ncontent-length: *(\d+)/.exec(head);
  if (length) {
    const total = end + 4 + Number(length[1]);
    return buffer.length >= total ? total : 0;
  }
  const last = buffer.indexOf('\r\n0\r\n\r\n', end);
  return last < 0 ? 0 : last + 7;
}

function worker() {
  let buffer = Buffer.alloc(0);
  const socket = connect({ host: address, port: Number(port), noDelay: true }, () => socket.write(message));
  socket.on('data', (data) => {
    buffer = buffer.length === 0 ? data : Buffer.concat([buffer, data]);
    const length = responseLength(buffer);
    if (length === 0) return;
    buffer = buffer.subarray(length);
    if (measuring) completed += 1;
    if (stopped) socket.destroy();
    else socket.write(message);
  });
  socket.on('error', () => {
    errors += 1;
  });
  socket.on('close', () => {
    if (!stopped) worker();
  });
}

for (let i = 0; i < Number(connections); i++) worker();
setTimeout(() => {
  measuring = true;
  const started = performance.now();
  setTimeout(() => {
    const elapsed = (performance.now() - started) / 1000;
    stopped = true;
    console.log(JSON.stringify({ completed, errors, seconds: elapsed }));
    process.exit(0);
  }, Number(seconds) * 1000);
}, 1000);
