import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type Dockerode from 'dockerode';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { labelKeys } from '../../../../../src/runtime/docker/ownership/labels.ts';
import { DockerPorts } from '../../../../../src/runtime/docker/ports/docker-ports.ts';
import { AddressBook } from '../../../../../src/runtime/ports/addresses.ts';
import * as trial from '../../../../../src/runtime/ports/trial-bind.ts';
import type { WantedSocket } from '../../../../../src/runtime/runtime.ts';

const labels = { [labelKeys.instance]: 'demo', [labelKeys.ownerStart]: 'now' };

let folder: string;
let servers: Server[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'calb-docker-ports-'));
  servers = [];
});
afterEach(() => {
  vi.restoreAllMocks();
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true });
});

const book = () =>
  new AddressBook({ instance: `docker-ports-${process.pid}`, stateFile: join(folder, 'addresses.json') });

interface Published {
  readonly ip: string;
  readonly port: number;
  readonly inside?: number;
  readonly labels?: Readonly<Record<string, string>>;
}

/** An engine with these published ports. */
function engineWith(ports: readonly Published[]) {
  const listContainers = vi.fn(async () =>
    ports.map(({ ip, port, inside = port, labels: own = {} }) => ({
      ...{ Id: 'c0ffee', Names: ['/other'], Image: 'nginx:1', Labels: own },
      Ports: [{ IP: ip, PublicPort: port, PrivatePort: inside, Type: 'tcp' }],
    })),
  );
  return { listContainers } as unknown as Dockerode;
}

function newPorts(published: readonly Published[] = [], isPrivileged = true): DockerPorts {
  const docker = engineWith(published);
  return new DockerPorts({ docker, labels, isPrivileged, addresses: book(), isSingleAddress: false });
}

const want = (gateway: string, port: number): WantedSocket => ({
  ...{ gateway, port },
  tenant: gateway.slice(0, gateway.indexOf('/')),
});

async function listen(address: string, port: number): Promise<void> {
  const server = createServer();
  servers.push(server);
  server.listen({ host: address, port });
  await once(server, 'listening');
}

let nextPort = 31_000 + (process.pid % 400) * 8;
const freshPort = () => {
  nextPort += 1;
  return nextPort;
};

const withoutPrivilege = () => {
  const real = trial.trialBind;
  vi.spyOn(trial, 'trialBind').mockImplementation((socket) =>
    socket.port < 1024 ? Promise.resolve({ type: 'forbidden' }) : real(socket),
  );
};

describe.runIf(process.platform === 'linux')('DockerPorts', () => {
  it('publishes on the Gateway’s address and localhost what Envoy listens on in its own network', async () => {
    const port = freshPort();
    const [binding] = await newPorts().reserve([want('a/web', port)]);
    const own = book().addressOf('gateway/a/web');
    expect(binding).toMatchObject({ bind: [{ address: '0.0.0.0', port }], localhost: true });
    expect(binding?.published).toContainEqual({ address: own, port });
    expect(binding?.published).toContainEqual({ address: '127.0.0.1', port });
    expect(binding?.reach).toEqual({ address: own, port });
  });

  it('answers with the same objects as long as nothing changes', async () => {
    const port = freshPort();
    const ports = newPorts();
    const first = await ports.reserve([want('a/web', port)]);
    const second = await ports.reserve([want('a/web', port), want('b/web', port)]);
    expect(second[0]).toBe(first[0]);
  });

  it('gives a second Gateway of a tenant another port inside, and lets the first one keep its own', async () => {
    const port = freshPort();
    const ports = newPorts();
    await ports.reserve([want('a/second', port)]);
    const bindings = await ports.reserve([
      want('a/first', port),
      want('a/second', port),
      want('b/web', port),
    ]);
    const inside = new Map(bindings.map(({ gateway, bind }) => [gateway, bind[0]?.port]));
    expect(inside.get('a/second')).toBe(port);
    expect(inside.get('a/first')).not.toBe(port);
    expect(inside.get('b/web')).toBe(port);
    expect(bindings.every(({ reach }) => reach.port === port)).toBe(true);
  });

  it('takes what another container publishes for taken, names it, and finds another address', async () => {
    const port = freshPort();
    const own = book().addressOf('gateway/a/web');
    const [moved] = await newPorts([{ ip: own, port }]).reserve([want('a/web', port)]);
    expect(moved?.conflict).toBeUndefined();
    expect(moved?.reach.address).not.toBe(own);
    const [taken] = await newPorts([{ ip: '0.0.0.0', port }]).reserve([want('b/web', port)]);
    expect(taken?.conflict).toContain('is held by container other (nginx:1), published on all addresses');
    expect(taken?.bind).toEqual([]);
  });

  it('leaves localhost to another container', async () => {
    const port = freshPort();
    const [binding] = await newPorts([{ ip: '127.0.0.1', port }]).reserve([want('a/web', port)]);
    expect(binding).toMatchObject({ localhost: false });
    expect(binding?.published).toEqual([binding?.reach]);
  });

  it('takes up again what a container of the same tenant still publishes, and nothing of another tenant', async () => {
    const port = freshPort();
    const own = { ...labels, [labelKeys.tenant]: 'a' };
    const published = [{ ip: book().addressOf('gateway/a/web'), port, labels: own }];
    const [again] = await newPorts(published).reserve([want('a/web', port)]);
    expect(again?.reach.address).toBe(published[0]?.ip);
    const ofOther = [{ ip: '127.0.0.1', port, labels: { ...labels, [labelKeys.tenant]: 'b' } }];
    const [alone] = await newPorts(ofOther).reserve([want('a/web', port)]);
    expect(alone?.localhost).toBe(false);
  });

  it('publishes ports that need a privilege which the engine has, unless somebody answers there', async () => {
    withoutPrivilege();
    const [binding] = await newPorts().reserve([want('a/web', 82)]);
    expect(binding).toMatchObject({ reach: { port: 82 } });
    const own = book().addressOf('gateway/b/web');
    await listen(own, 83);
    const [moved] = await newPorts().reserve([want('b/web', 83)]);
    expect(moved?.reach.port).toBe(83);
    expect(moved?.reach.address).not.toBe(own);
  });

  it('moves them where the engine has no more rights than this user', async () => {
    withoutPrivilege();
    const [binding] = await newPorts([], false).reserve([want('a/web', 82)]);
    expect(binding).toMatchObject({ port: 82, bind: [{ port: 82 }], reach: { port: 10_082 } });
  });

  it('looks for another address when a published socket was lost', async () => {
    const port = freshPort();
    const ports = newPorts();
    const [first] = await ports.reserve([want('a/web', port)]);
    const lost = first?.reach ?? { address: '', port };
    await listen(lost.address, port);
    const [second] = await ports.rebind(lost);
    expect(second?.reach.address).not.toBe(lost.address);
    expect(second?.conflict).toBeUndefined();
  });

  it('goes on where the engine does not answer', async () => {
    const port = freshPort();
    const docker = { listContainers: () => Promise.reject(new Error('gone')) } as unknown as Dockerode;
    const options = { docker, labels, isPrivileged: true, addresses: book(), isSingleAddress: false };
    const [binding] = await new DockerPorts(options).reserve([want('a/web', port)]);
    expect(binding?.conflict).toBeUndefined();
  });
});
