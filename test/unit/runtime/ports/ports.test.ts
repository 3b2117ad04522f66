import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AddressBook } from '../../../../src/runtime/ports/addresses.ts';
import { findPortHolder } from '../../../../src/runtime/ports/port-holder.ts';
import { Ports } from '../../../../src/runtime/ports/ports.ts';
import * as trial from '../../../../src/runtime/ports/trial-bind.ts';
import type { Binding, WantedSocket } from '../../../../src/runtime/runtime.ts';

let folder: string;
let servers: Server[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'calb-ports-'));
  servers = [];
});
afterEach(() => {
  vi.restoreAllMocks();
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true });
});

const onLinux = process.platform === 'linux';
const stateFile = () => join(folder, 'addresses.json');
const book = () => new AddressBook({ instance: `ports-${process.pid}`, stateFile: stateFile() });
const newPorts = (isSingleAddress = false) => new Ports({ addresses: book(), isSingleAddress });
const want = (name: string, port: number, requestedAddress?: string): WantedSocket => ({
  gateway: `a/${name}`,
  tenant: 'a',
  port,
  ...(requestedAddress === undefined ? {} : { requestedAddress }),
});

async function listen(address: string, port: number): Promise<Server> {
  const server = createServer();
  servers.push(server);
  server.listen({ host: address, port });
  await once(server, 'listening');
  return server;
}

/** Listens on everything that was given out, as an Envoy would. */
async function serve(bindings: readonly Binding[]): Promise<void> {
  for (const { address, port } of bindings.flatMap(({ bind }) => bind)) await listen(address, port);
}

/** Ports that no test shares. */
let nextPort = 21_000 + (process.pid % 500) * 16;
const freshPort = () => {
  nextPort += 1;
  return nextPort;
};

describe.runIf(onLinux)('Ports', () => {
  it('gives each Gateway an address of its own and the port as declared', async () => {
    const port = freshPort();
    const [one, two] = await newPorts().reserve([want('one', port), want('two', port)]);
    expect(one).toMatchObject({ gateway: 'a/one', port, reach: { port } });
    expect(one?.reach.address).toBe(book().addressOf('gateway/a/one'));
    expect(two?.reach.address).not.toBe(one?.reach.address);
    expect(one?.bind[0]).toEqual(one?.reach);
  });

  it('lets localhost reach the first Gateway of a port only', async () => {
    const port = freshPort();
    const [one, two] = await newPorts().reserve([want('two', port), want('one', port)]);
    expect(one).toMatchObject({ gateway: 'a/one', localhost: true });
    expect(one?.bind).toContainEqual({ address: '127.0.0.1', port });
    expect(two).toMatchObject({ localhost: false });
    expect(two?.bind).toHaveLength(1);
  });

  it('leaves localhost to the Gateway that has it and to other programs', async () => {
    const port = freshPort();
    const ports = newPorts();
    await ports.reserve([want('two', port)]);
    const [one, two] = await ports.reserve([want('one', port), want('two', port)]);
    expect([one?.localhost, two?.localhost]).toEqual([false, true]);
    const other = freshPort();
    await listen('127.0.0.1', other);
    expect(await newPorts().reserve([want('one', other)])).toMatchObject([{ localhost: false }]);
  });

  it('tries nothing again that it gave out, and answers with the same objects', async () => {
    const port = freshPort();
    const ports = newPorts();
    const first = await ports.reserve([want('one', port)]);
    await serve(first);
    const second = await ports.reserve([want('one', port)]);
    expect(second[0]).toBe(first[0]);
  });

  it('takes the next address where another program has the port, and remembers it', async () => {
    const port = freshPort();
    const address = book().addressOf('gateway/a/one');
    await listen(address, port);
    const [binding] = await newPorts().reserve([want('one', port), want('one', freshPort())]);
    expect(binding?.conflict).toBeUndefined();
    expect(binding?.reach.address).not.toBe(address);
    expect(binding?.reach.port).toBe(port);
    for (const server of servers) server.close();
    const [again] = await newPorts().reserve([want('one', port)]);
    expect(again?.reach.address).toBe(binding?.reach.address);
  });

  it('names who has a port on all addresses', async () => {
    const port = freshPort();
    const holder = spawn(process.execPath, [
      '-e',
      `require('net').createServer().listen(${port}, '0.0.0.0', () => console.log('up'))`,
    ]);
    try {
      await once(holder.stdout, 'data');
      const other = freshPort();
      const [taken, free] = await newPorts().reserve([want('one', port), want('one', other)]);
      expect(taken).toMatchObject({ bind: [], localhost: false });
      expect(taken?.conflict).toContain(`is held by pid ${holder.pid} (${process.execPath}`);
      expect(taken?.conflict).toContain(`listening on 0.0.0.0:${port}`);
      expect(free?.conflict).toBeUndefined();
    } finally {
      holder.kill();
    }
  });

  it('finds holders on IPv6 wildcards', async () => {
    const port = freshPort();
    await listen('::', port);
    expect(findPortHolder({ address: '127.9.9.9', port })).toMatchObject({ address: '::', pid: process.pid });
  });

  it('keeps a serving address when a new port is taken there, and tries again later', async () => {
    const port = freshPort();
    const ports = newPorts();
    const [first] = await ports.reserve([want('one', port)]);
    await serve(first === undefined ? [] : [first]);
    const second = freshPort();
    const blocker = await listen(first?.reach.address ?? '', second);
    const [kept, taken] = await ports.reserve([want('one', port), want('one', second)]);
    expect(kept).toBe(first);
    expect(taken?.conflict).toContain(`pid ${process.pid}`);
    blocker.close();
    const [, mended] = await ports.reserve([want('one', port), want('one', second)]);
    expect(mended?.conflict).toBeUndefined();
    expect(mended?.reach.address).toBe(first?.reach.address);
  });

  it('finds out that a taken port is free, and answers only when something changed', async () => {
    const port = freshPort();
    const blocker = await listen('0.0.0.0', port);
    const ports = newPorts();
    const [taken] = await ports.reserve([want('one', port)]);
    expect(taken?.conflict).toBeDefined();
    expect(await ports.retry()).toBeUndefined();
    blocker.close();
    const [mended] = (await ports.retry()) ?? [];
    expect(mended).toMatchObject({ gateway: 'a/one', localhost: true, reach: { port } });
    expect(mended?.conflict).toBeUndefined();
    expect(await ports.retry()).toBeUndefined();
  });

  it('hands localhost on when the Envoy of the Gateway that had it leaves it', async () => {
    const port = freshPort();
    const ports = newPorts();
    await serve(await ports.reserve([want('old', port)]));
    const [renamed] = await ports.reserve([want('new', port)]);
    // The Envoy still listens there.
    expect(renamed?.localhost).toBe(false);
    expect(await ports.retry()).toBeUndefined();
    for (const server of servers) server.close();
    expect(await ports.retry()).toMatchObject([{ gateway: 'a/new', localhost: true }]);
  });

  it('moves a port that needs a privilege by 10000', async () => {
    const real = trial.trialBind;
    vi.spyOn(trial, 'trialBind').mockImplementation((socket) =>
      socket.port < 1024 ? Promise.resolve({ type: 'forbidden' }) : real(socket),
    );
    const [binding] = await newPorts().reserve([want('one', 81)]);
    expect(binding).toMatchObject({ port: 81, reach: { port: 10_081 }, localhost: true });
  });

  it('uses the address that was asked for, or says why not', async () => {
    const port = freshPort();
    const bindings = await newPorts().reserve([
      want('one', port, '127.44.55.66'),
      want('two', port, '127.44.55.66'),
      want('three', port, '192.0.2.1'),
    ]);
    const [one, three, two] = bindings;
    expect(one?.reach).toEqual({ address: '127.44.55.66', port });
    expect(two?.conflict).toBe('Gateway a/one has it already');
    expect(three?.conflict).toBe('this machine has no address 192.0.2.1');
  });

  it('gives a port back that is no longer wanted', async () => {
    const port = freshPort();
    const ports = newPorts();
    const [one] = await ports.reserve([want('one', port, '127.44.55.67')]);
    expect(one?.conflict).toBeUndefined();
    const [two] = await ports.reserve([want('two', port, '127.44.55.67')]);
    expect(two).toMatchObject({ gateway: 'a/two', localhost: true });
    expect(two?.conflict).toBeUndefined();
  });

  it('shares 127.0.0.1 where there is no other address', async () => {
    const port = freshPort();
    const [one, two] = await newPorts(true).reserve([want('one', port), want('two', port)]);
    expect(one?.reach).toEqual({ address: '127.0.0.1', port });
    expect(two?.reach).toEqual({ address: '127.0.0.1', port: port + 10_000 });
    expect([one?.localhost, two?.localhost]).toEqual([true, true]);
  });
});
