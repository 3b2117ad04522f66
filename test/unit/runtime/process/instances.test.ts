import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  claimInstance,
  cleanUpDead,
  defaultInstanceName,
  findInstance,
  InstanceTaken,
  instanceNameProblem,
  listInstances,
} from '../../../../src/runtime/process/instances.ts';
import { processStartTime } from '../../../../src/runtime/process/process-identity.ts';
import { runtimeBaseFolder, shortName } from '../../../../src/runtime/process/run-directory.ts';

let folder: string;
let env: Record<string, string>;
beforeEach(() => {
  folder = mkdtempSync('/tmp/csi-');
  env = { XDG_RUNTIME_DIR: folder, XDG_STATE_HOME: join(folder, 'state') };
});
afterEach(() => rmSync(folder, { recursive: true }));

const claim = (name: string, of = folder) =>
  claimInstance({ name, folder: of, version: '1', runtime: 'process', env });

/** A run folder whose owner does not exist. */
function leaveDead(name: string, processes: readonly { pid: number; startTime: string }[] = []): string {
  const path = join(runtimeBaseFolder(env), name);
  mkdirSync(join(path, 'pids'), { recursive: true });
  const record = { name, folder, pid: 2 ** 22 + 1, startTime: 'then', version: '1', runtime: 'process' };
  writeFileSync(join(path, 'instance.json'), JSON.stringify({ ...record, apiSocket: '' }));
  for (const { pid, startTime } of processes) {
    writeFileSync(join(path, 'pids', String(pid)), JSON.stringify({ kind: 'proxy', startTime }));
  }
  return path;
}

describe('claimInstance', () => {
  it('makes a folder that nobody else can enter, with a record that clients find', async () => {
    const { runFolder, record, release } = await claim('demo');
    expect(statSync(runFolder).mode & 0o777).toBe(0o700);
    expect(listInstances(env)).toEqual([record]);
    expect(findInstance({ name: 'demo' }, env)).toEqual(record);
    expect(findInstance({ folder }, env)).toEqual(record);
    expect(findInstance({ folder: join(folder, 'state') }, env)).toBeUndefined();
    release();
    expect(existsSync(runFolder)).toBe(false);
    expect(listInstances(env)).toEqual([]);
    release();
  });

  it('refuses a name that is taken, also when several ask at once', async () => {
    const results = await Promise.allSettled([claim('demo'), claim('demo'), claim('demo')]);
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(InstanceTaken);
    }
  });

  it('takes a name over whose owner is dead', async () => {
    leaveDead('demo');
    const { record } = await claim('demo');
    expect(record.pid).toBe(process.pid);
    expect(readdirSync(runtimeBaseFolder(env))).toEqual(['demo']);
  });

  it('keeps socket paths short, whatever the names are', async () => {
    const { record } = await claim('a'.repeat(40));
    expect(Buffer.byteLength(record.apiSocket)).toBeLessThan(100);
    expect(shortName('a'.repeat(40))).not.toBe(shortName(`${'a'.repeat(39)}b`));
  });
});

describe('cleanUpDead', () => {
  it('leaves the living alone', async () => {
    const { runFolder } = await claim('alive');
    leaveDead('dead');
    expect(await cleanUpDead(env)).toEqual({ instances: ['dead'], proxies: 0, hosts: 0 });
    expect(existsSync(runFolder)).toBe(true);
  });

  it('kills what was written down, and only that', async () => {
    const path = join(runtimeBaseFolder(env), 'dead');
    const start = (marker: string) => spawn('sleep', ['60'], { argv0: `sleep ${marker}` });
    const ours = start(`${path}/p/a/bootstrap.json`);
    const strange = start('/somewhere/else');
    const later = start(`${path}/p/b/bootstrap.json`);
    try {
      leaveDead('dead', [
        { pid: ours.pid ?? 0, startTime: processStartTime(ours.pid ?? 0) ?? '' },
        { pid: strange.pid ?? 0, startTime: processStartTime(strange.pid ?? 0) ?? '' },
        // The pid was given to another process since.
        { pid: later.pid ?? 0, startTime: 'earlier' },
      ]);
      expect(await cleanUpDead(env)).toMatchObject({ proxies: 1 });
      expect(processStartTime(ours.pid ?? 0)).toBeUndefined();
      expect(processStartTime(strange.pid ?? 0)).toBeDefined();
      expect(processStartTime(later.pid ?? 0)).toBeDefined();
    } finally {
      for (const child of [ours, strange, later]) child.kill();
    }
  });
});

describe('names', () => {
  it('come from the folder', async () => {
    const named = (name: string) => {
      mkdirSync(join(folder, name));
      return defaultInstanceName(join(folder, name), env);
    };
    expect(named('Quick_Start 2')).toBe('quick-start-2');
    expect(named('___')).toBe('default');
    expect(instanceNameProblem(named('x'.repeat(80)))).toBeUndefined();
    expect(defaultInstanceName(join(folder, 'nowhere', 'gateway.yaml'), env)).toBe('gateway');
    expect(defaultInstanceName('/', env)).toBe('default');
  });

  it('differ for two folders of the same name', async () => {
    for (const name of ['a/demo', 'b/demo']) mkdirSync(join(folder, name), { recursive: true });
    symlinkSync(join(folder, 'a/demo'), join(folder, 'demo'));
    await claim('demo', join(folder, 'a/demo'));
    expect(defaultInstanceName(join(folder, 'a/demo'), env)).toBe('demo');
    expect(defaultInstanceName(join(folder, 'demo'), env)).toBe('demo');
    expect(defaultInstanceName(join(folder, 'b/demo'), env)).toMatch(/^demo-[0-9a-f]{4}$/);
  });

  it('are checked', () => {
    for (const good of ['a', 'demo', 'team-a.2', 'x'.repeat(40)])
      expect(instanceNameProblem(good)).toBeUndefined();
    for (const bad of ['', '-a', 'a-', 'A', '../x', 'a/b', '.hidden', 'x'.repeat(41)]) {
      expect(instanceNameProblem(bad)).toContain('a name has');
    }
  });
});

describe('runtimeBaseFolder', () => {
  it('closes a folder that others could enter', () => {
    const base = join(folder, 'calb-sim');
    mkdirSync(base);
    chmodSync(base, 0o777);
    runtimeBaseFolder(env);
    expect(statSync(base).mode & 0o777).toBe(0o700);
  });

  it('refuses a link, which somebody else may have put there', () => {
    symlinkSync(join(folder, 'state'), join(folder, 'calb-sim'));
    mkdirSync(join(folder, 'state'));
    expect(() => runtimeBaseFolder(env)).toThrow('not a folder of this user');
  });

  it('goes elsewhere where a path is too long for a socket', () => {
    const base = runtimeBaseFolder({ XDG_RUNTIME_DIR: join(folder, 'x'.repeat(60)) });
    expect(Buffer.byteLength(base)).toBeLessThanOrEqual(40);
  });
});
