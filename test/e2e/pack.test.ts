import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Instance } from './support/instance.ts';
import { describeWithEnvoy } from './support/with-envoy.ts';
import { program, Workspace } from './support/workspace.ts';

const repository = dirname(dirname(program));

describeWithEnvoy('the packed package', () => {
  let workspace: Workspace;
  let installed: string;
  let files: readonly string[];
  beforeAll(() => {
    const scratch = new Workspace();
    const target = join(scratch.root, 'pack');
    mkdirSync(target);
    // The bundle is built already; building it again would take it away from tests that run beside this one.
    const report = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', target], {
      cwd: repository,
      encoding: 'utf8',
    });
    const [packed] = JSON.parse(report) as [{ filename: string; files: { path: string }[] }];
    files = packed.files.map(({ path }) => path);
    const prefix = join(scratch.root, 'prefix');
    const install = ['install', '--global', '--prefix', prefix, '--offline', join(target, packed.filename)];
    execFileSync('npm', install, { cwd: target, stdio: 'pipe' });
    installed = join(prefix, 'lib/node_modules/calb-sim/bin/calb-sim.js');
    workspace = scratch;
  }, 120_000);
  afterAll(() => workspace?.dispose());

  test('carries the program, templates and licences, and no source or test', () => {
    for (const needed of [
      'LICENSE',
      'NOTICE',
      'README.md',
      'bin/calb-sim.js',
      'dist/cli/main.cjs',
      'dist/docker/pod.cjs',
      'dist/THIRD-PARTY-NOTICES',
    ])
      expect(files).toContain(needed);
    expect(files.some((file) => file.startsWith('templates/basic/'))).toBe(true);
    expect(files.filter((file) => /^(src|test|tools|cli)\//.test(file))).toEqual([]);
  });

  test('runs outside of the repository: version, init, and up to the first 200', async () => {
    const own = new Workspace(undefined, installed);
    const version = await own.run(['version']);
    expect(version.code, version.stderr).toBe(0);
    const init = await own.run(['init', 'basic', 'demo']);
    expect(init.code, init.stderr).toBe(0);
    const instance = await new Instance(own).untilReady();
    const { address, port, hostnames } = instance.url();
    expect(port).toBeGreaterThan(0);
    expect(address).toMatch(/^127\./);
    const response = await instance.request({ path: '/', host: hostnames[0] ?? address });
    expect(response.status).toBeLessThan(500);
    await instance.stop();
  });
});
