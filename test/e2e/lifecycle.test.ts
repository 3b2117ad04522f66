import { renameSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { eventually } from './support/eventually.ts';
import { expectNothingRuns, Instance, startInstance } from './support/instance.ts';
import { echoService, gateway, httpRoute, rule, toYaml } from './support/manifests.ts';
import { type RunningProcess, stillRunning } from './support/processes.ts';
import { containersOf, runtimeUnderTest, testOfProcesses } from './support/runtime-under-test.ts';
import { describeWithEnvoy } from './support/with-envoy.ts';
import { Workspace } from './support/workspace.ts';

const small = (port = 8080) =>
  toYaml(
    gateway({ name: 'web', port }),
    ...echoService({ name: 'one' }),
    httpRoute({ name: 'all', parent: 'web', rules: [rule('/', ['one'])] }),
  );

/**
 * Nothing may run any more. A container that was just being made when its owner was killed stays as it is, never
 * started, until the next start or `down`.
 */
function untilKilledIsGone(workspace: Workspace, children: readonly RunningProcess[]): Promise<unknown> {
  const left = () => [
    ...stillRunning(children),
    ...(runtimeUnderTest === 'docker' ? containersOf(workspace.instanceName) : []).filter(
      (line) => !line.endsWith('(created)'),
    ),
  ];
  return eventually('nothing of the instance runs', () => left().length === 0);
}

describeWithEnvoy('signals', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s stops in order, tells what was removed and exits with %i', async (signal, code) => {
    const instance = await startInstance(undefined, { files: { 'all.yaml': small() } });
    const children = instance.children();
    // Envoys and pods that are not processes of this machine are counted by the engine.
    if (runtimeUnderTest === 'process') expect(children.length).toBeGreaterThanOrEqual(2);
    else expect(containersOf(instance.workspace.instanceName).length).toBeGreaterThanOrEqual(4);
    instance.process.kill(signal);
    expect(await instance.exited()).toBe(code);
    const stopped = instance.stream.ofType('Stopped');
    expect(stopped).toHaveLength(1);
    expect(stopped[0]?.removed).toMatchObject({ proxies: 1, pods: 1 });
    await expectNothingRuns(instance.workspace, children);
    expect(instance.workspace.leftovers()).toEqual([]);
    instance.workspace.dispose();
  });

  test('a second signal ends it at once', async () => {
    const instance = await startInstance(undefined, { files: { 'all.yaml': small() } });
    const children = instance.children();
    // A request that hangs would keep a polite stop waiting.
    const hanging = instance.request({ path: '/?delay=30s', timeoutMs: 60_000 }).catch(() => undefined);
    instance.process.kill('SIGINT');
    instance.process.kill('SIGINT');
    expect(await instance.exited(4_000)).toBe(130);
    await hanging;
    await expectNothingRuns(instance.workspace, children);
    instance.workspace.dispose();
  });

  test('after kill -9 nothing is left running, and the next up starts as ever', async () => {
    const first = await startInstance(undefined, { files: { 'all.yaml': small() } });
    const children = first.children();
    first.process.kill('SIGKILL');
    await first.exited();
    await untilKilledIsGone(first.workspace, children);
    const second = await new Instance(first.workspace).untilReady();
    expect((await second.request({ path: '/' })).status).toBe(200);
    await second.stop();
  });

  test('down stops the instance of its folder', async () => {
    const instance = await startInstance(undefined, { files: { 'all.yaml': small() } });
    const result = await instance.run(['down']);
    expect(result, result.stderr).toMatchObject({ code: 0 });
    await instance.exited();
    await expectNothingRuns(instance.workspace);
    expect(instance.workspace.leftovers()).toEqual([]);
    instance.workspace.dispose();
  });
});

describeWithEnvoy('starting', () => {
  testOfProcesses('a second up of a name that runs is refused, and names its holder', async () => {
    const instance = await startInstance(undefined, { files: { 'all.yaml': small() } });
    const refused = await instance.run(['up', instance.workspace.folder, '--output', 'json']);
    expect(refused.code).not.toBe(0);
    expect(refused.stderr + refused.stdout).toContain(String(instance.pid));
    expect((await instance.request({ path: '/' })).status).toBe(200);
    await instance.stop();
  });

  testOfProcesses('a path that does not exist is a wrong usage', async () => {
    const workspace = new Workspace();
    const result = await workspace.run(['up', 'no-such-folder', '--output', 'json']);
    expect(result.code).toBe(2);
    expect(result.stderr + result.stdout).toContain('no-such-folder');
    workspace.dispose();
  });

  test('a folder without YAML is ready at once with no URLs, and picks up files that come later', async () => {
    const instance = await startInstance(undefined);
    expect(instance.ready.urls).toEqual([]);
    instance.workspace.write('all.yaml', small());
    const listener = await eventually('a programmed listener', async () =>
      (await instance.listeners()).find(({ programmed }) => programmed),
    );
    expect(listener).toMatchObject({ tenant: 'default', gateway: 'default/web' });
    await instance.stop();
  });

  test('a port that another program holds and that cannot move is exit 5, with its holder', async () => {
    const holder = createServer().listen(0, '127.9.9.9');
    await eventually('the holder listens', () => holder.listening);
    const { port } = holder.address() as AddressInfo;
    const workspace = new Workspace();
    workspace.write(
      'all.yaml',
      small(port).replace('spec:', `spec:\n  addresses: [{type: IPAddress, value: 127.9.9.9}]`),
    );
    const result = await workspace.run(['up', '.', '--output', 'json']);
    holder.close();
    expect(result.code, result.stderr).toBe(5);
    expect(result.stderr + result.stdout).toContain(String(port));
    expect(result.stderr + result.stdout).toContain(String(process.pid));
    workspace.dispose();
  });

  testOfProcesses('a stdin at its end is no reason to stop', async () => {
    const workspace = new Workspace();
    workspace.write('all.yaml', small());
    const instance = new Instance(workspace);
    instance.process.stdin.end();
    await instance.untilReady();
    expect((await instance.request({ path: '/' })).status).toBe(200);
    await instance.stop();
  });

  testOfProcesses(
    'a folder that disappears keeps serving what it had, with an error, until it is back',
    async () => {
      const instance = await startInstance(undefined, { files: { 'sub/all.yaml': small() } });
      const from = instance.stream.mark;
      renameSync(instance.workspace.folder, `${instance.workspace.folder}-away`);
      await instance.stream.waitFor('Diagnostic', { from, where: ({ severity }) => severity === 'error' });
      expect((await instance.request({ path: '/' })).status).toBe(200);
      renameSync(`${instance.workspace.folder}-away`, instance.workspace.folder);
      await instance.stream.waitFor('Diagnostic', { from, where: ({ cleared }) => cleared === true });
      await instance.applied('default', () =>
        instance.workspace.edit('sub/all.yaml', (text) => text.replace('value: /', 'value: /later')),
      );
      await instance.untilStatus(404, { path: '/' });
      await instance.stop();
    },
  );
});
