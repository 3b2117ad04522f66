import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  claimInstance,
  cleanUpDead,
  findInstance,
  InstanceTaken,
  listInstances,
} from '../../../src/runtime/process/instances.ts';
import { processStartTime } from '../../../src/runtime/process/process-identity.ts';
import { registeredProcesses } from '../../../src/runtime/process/process-register.ts';
import { skipWithoutEnvoy } from '../../fixtures/envoy.ts';
import { type BuiltProgram, buildPodHost, buildProgram } from '../../fixtures/pod-host.ts';
import { get, privateFolders, until } from '../../fixtures/process-instance.ts';

interface Started {
  readonly runFolder: string;
  readonly proxyPid: number;
  readonly pod: string;
  readonly reach: { readonly address: string; readonly port: number };
}

describe.skipIf(skipWithoutEnvoy)('an instance that is killed', () => {
  let host: BuiltProgram;
  let parentProgram: BuiltProgram;
  let env: Record<string, string | undefined>;
  let parents: ChildProcess[];
  beforeAll(async () => {
    [host, parentProgram] = await Promise.all([
      buildPodHost(),
      buildProgram('../fixtures/instance-parent.ts'),
    ]);
  });
  afterAll(() => {
    host[Symbol.dispose]();
    parentProgram[Symbol.dispose]();
  });
  beforeEach(() => {
    env = privateFolders();
    parents = [];
  });
  afterEach(async () => {
    for (const parent of parents) parent.kill('SIGKILL');
    await until(
      () => listInstances(env).length,
      (count) => count === 0,
    );
    await cleanUpDead(env);
    rmSync(env.XDG_RUNTIME_DIR ?? '', { recursive: true, force: true });
  });

  async function startParent(name: string, port: number, ...mode: readonly 'unguarded'[]) {
    const parent = spawn(process.execPath, [parentProgram.script, host.script, name, String(port), ...mode], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    parents.push(parent);
    const [line] = await once(parent.stdout.setEncoding('utf8'), 'data');
    const started: Started = JSON.parse(line);
    await until(
      () => get(started.reach.address, started.reach.port),
      ({ status }) => status === 200,
    );
    return { parent, ...started };
  }

  it('leaves nothing running', async () => {
    const { parent, proxyPid, pod, reach, runFolder } = await startParent('one', 18_181, 'unguarded');
    parent.kill('SIGKILL');
    await until(
      async () => [
        processStartTime(proxyPid),
        existsSync(runFolder),
        (await get(reach.address, reach.port)).status,
        (await get(pod, 3000)).status,
      ],
      (left) => left.join() === [undefined, false, 'ECONNREFUSED', 'ECONNREFUSED'].join(),
    );
    expect(readdirSync(`${env.XDG_RUNTIME_DIR}/calb-sim`)).toEqual([]);
  });

  it('is cleaned up by the next one when its pod host was killed as well', async () => {
    const { parent, proxyPid, reach, runFolder } = await startParent('one', 18_182, 'unguarded');
    killHostFirst(runFolder, parent);
    await once(parent, 'exit');
    // Nobody is left who could have ended it.
    expect(processStartTime(proxyPid)).toBeDefined();
    const removed = await cleanUpDead(env);
    expect(removed).toMatchObject({ instances: ['one'], proxies: 1 });
    expect(processStartTime(proxyPid)).toBeUndefined();
    expect(existsSync(runFolder)).toBe(false);
    expect((await get(reach.address, reach.port)).status).toBe('ECONNREFUSED');
    expect(await cleanUpDead(env)).toEqual({ instances: [], proxies: 0, hosts: 0 });
  });

  it.runIf(process.platform === 'linux')(
    'takes its Envoys along even when its host was killed too',
    async () => {
      const { parent, proxyPid, runFolder } = await startParent('one', 18_186);
      killHostFirst(runFolder, parent);
      await until(
        () => processStartTime(proxyPid),
        (startTime) => startTime === undefined,
      );
    },
  );

  it('does not keep its name', async () => {
    const { parent, runFolder, proxyPid } = await startParent('one', 18_183, 'unguarded');
    killHostFirst(runFolder, parent);
    await once(parent, 'exit');
    const again = await startParent('one', 18_183);
    expect(processStartTime(proxyPid)).toBeUndefined();
    expect(again.runFolder).toBe(runFolder);
    expect(findInstance({ name: 'one' }, env)?.pid).toBe(again.parent.pid);
  });

  it('does not disturb another instance on the same port', async () => {
    const one = await startParent('one', 18_184);
    const two = await startParent('two', 18_184);
    expect(two.reach.address).not.toBe(one.reach.address);
    expect(listInstances(env).map(({ name }) => name)).toEqual(['one', 'two']);
    one.parent.kill('SIGKILL');
    await until(
      () => processStartTime(one.proxyPid),
      (startTime) => startTime === undefined,
    );
    await cleanUpDead(env);
    expect((await get(two.reach.address, two.reach.port)).status).toBe(200);
  });

  it('refuses a second one of its name while it runs', async () => {
    const { parent } = await startParent('one', 18_185);
    const second = claimInstance({ name: 'one', folder: '/', version: '0', runtime: 'process', env });
    await expect(second).rejects.toThrow(InstanceTaken);
    await expect(second).rejects.toThrow(
      `instance one runs already: pid ${parent.pid}, serving ${process.cwd()}`,
    );
  });
});

/** Stops the parent so that it cannot start another host, and kills both. */
function killHostFirst(runFolder: string, parent: ChildProcess): void {
  parent.kill('SIGSTOP');
  for (const { kind, pid } of registeredProcesses(runFolder))
    if (kind === 'host') process.kill(pid, 'SIGKILL');
  parent.kill('SIGKILL');
}
