import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Instance, startInstance } from './support/instance.ts';
import { echoService, gateway, httpRoute, rule, toYaml } from './support/manifests.ts';
import { testOfProcesses } from './support/runtime-under-test.ts';
import { describeWithEnvoy } from './support/with-envoy.ts';

describeWithEnvoy('what dies is started again', () => {
  let instance: Instance;
  beforeAll(async () => {
    const manifests = toYaml(
      gateway({ name: 'web' }),
      ...echoService({ name: 'one', replicas: 2 }),
      httpRoute({ name: 'all', parent: 'web', rules: [rule('/', ['one'])] }),
    );
    instance = await startInstance(undefined, { files: { 'all.yaml': manifests } });
  });
  afterAll(() => instance?.stop());

  test('an Envoy that was killed comes back on the same address, and serves', async () => {
    const from = instance.stream.mark;
    const before = instance.envoyOf('default');
    instance.killEnvoy('default');
    const exited = await instance.stream.waitFor('ProxyExited', { from });
    expect(exited).toMatchObject({ tenant: 'default', willRestart: true });
    await instance.stream.waitFor('ProxyConnected', { from });
    expect(instance.envoyOf('default')).not.toBe(before);
    await instance.untilStatus(200, { path: '/' });
  });

  testOfProcesses('a pod host that was killed comes back with its pods under their names', async () => {
    const from = instance.stream.mark;
    const names = new Set(await instance.pods(20, { path: '/' }));
    const host = instance.children().find(({ command }) => command.includes('calb-sim-pods'));
    if (host === undefined) throw new Error(JSON.stringify(instance.children()));
    process.kill(host.pid, 'SIGKILL');
    await instance.stream.waitFor('PodStopped', { from, where: ({ willRestart }) => willRestart });
    await instance.stream.waitFor('PodStarted', { from });
    await instance.untilStatus(200, { path: '/' });
    for (const pod of await instance.pods(5, { path: '/' })) expect(names).toContain(pod);
  });

  test('edits still go live after that', async () => {
    await instance.applied('default', () =>
      instance.workspace.edit('all.yaml', (text) => text.replace('value: /', 'value: /moved')),
    );
    await instance.untilStatus(200, { path: '/moved' });
    await instance.untilStatus(404, { path: '/' });
  });
});
