import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Api, startApi } from '../../../src/api/start-api.ts';
import { FakeState } from './fake-state.ts';

let folder: string;
let socketPath: string;
let api: Api;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'api-'));
  socketPath = join(folder, 'api.sock');
  api = await startApi({ socketPath, state: new FakeState() });
});

afterEach(async () => {
  await api.close();
  rmSync(folder, { recursive: true });
});

/** A connection over which this was sent. */
async function send(text: string): Promise<Socket> {
  const connection = connect(socketPath).setEncoding('utf8');
  await once(connection, 'connect');
  connection.write(text.replaceAll('\n', '\r\n'));
  return connection;
}

const follow = 'GET /calb/v1/events?follow=true HTTP/1.1\nHost: localhost\n\n';
const lastChunk = /\r\n0\r\n\r\n$/;

test('streams end in order, also those that are just being opened', async () => {
  const open = await send(follow);
  await once(open, 'readable');
  // The whole request is on its way when the API closes, and nothing of it was read yet.
  const opening = await send(follow);
  const answers = [open, opening].map((connection) => connection.toArray());
  await api.close();
  const [ofOpen = '', ofOpening = ''] = (await Promise.all(answers)).map((chunks) => chunks.join(''));
  expect(ofOpen).toMatch(lastChunk);
  if (ofOpening !== '') expect(ofOpening).toMatch(lastChunk);
});

test('a request of which only half has come is not waited for', async () => {
  const connection = await send('POST /calb/v1/reread HTTP/1.1\nHost: localhost\nContent-Length: 10\n\n{');
  connection.on('error', () => {});
  // Once a later request is answered, that half has been read.
  await once(await send('GET /version HTTP/1.1\nHost: localhost\n\n'), 'data');
  await api.close();
  expect(existsSync(socketPath)).toBe(false);
});
