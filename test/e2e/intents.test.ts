import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from './support/eventually.ts';
import { type Instance, type InstanceRequest, startInstance } from './support/instance.ts';
import { PtyScreen } from './support/pty-screen.ts';
import { testOfProcesses } from './support/runtime-under-test.ts';
import { describeWithEnvoy } from './support/with-envoy.ts';

const demo: InstanceRequest = { path: '/test', host: 'www.example.com' };

interface PodStatus {
  readonly metadata: { readonly name: string };
  readonly status: {
    readonly containerStatuses: readonly { readonly restartCount: number; readonly ready: boolean }[];
  };
}

describeWithEnvoy('what people ask for', () => {
  let instance: Instance;
  beforeAll(async () => {
    instance = await startInstance('failover');
  });
  afterAll(() => instance?.stop());

  const succeed = async (...args: string[]) => {
    const { code, stdout, stderr } = await instance.run(args);
    if (code !== 0) throw new Error(`calb-sim ${args.join(' ')}: exit ${code}: ${stderr}`);
    return stdout;
  };
  const pods = async () => {
    const list = (await instance.json(['get', 'pods', '-n', 'team-b', '-o', 'json'])) as {
      items: readonly PodStatus[];
    };
    // Its Envoy's is among them, too.
    return list.items.filter(({ metadata }) => !metadata.name.startsWith('envoy-'));
  };
  const activePod = async () => (await pods()).find(({ metadata }) => metadata.name.startsWith('active-'));

  test('a pod that is killed has crashed: it says so, why, and is started again', async () => {
    const from = instance.stream.mark;
    const name = (await activePod())?.metadata.name ?? '';
    expect(await succeed('kill', `pod/${name}`)).toBe(`pod/${name} killed\n`);
    const asked = await instance.stream.waitFor('Asked', { from });
    expect(asked).toMatchObject({ what: 'kill-pod', target: name, tenant: 'team-b' });
    const stopped = await instance.stream.waitFor('PodStopped', { from });
    expect(stopped).toMatchObject({ pod: name, willRestart: true, exitCode: 137, cause: asked.seq });
    await instance.stream.waitFor('PodStarted', { from, where: ({ pod }) => pod === name });
    const after = await eventually('it runs again', async () => {
      const pod = await activePod();
      return pod?.status.containerStatuses[0]?.ready === true ? pod : undefined;
    });
    expect(after.metadata.name).toBe(name);
    expect(after.status.containerStatuses[0]?.restartCount).toBe(1);
    await instance.untilStatus(200, demo);
  });

  test('an Envoy that is restarted is another one, with the same configuration', async () => {
    const before = instance.envoyOf('team-b');
    const from = instance.stream.mark;
    expect(await succeed('restart', 'team-b')).toBe('the Envoy of team-b restarts\n');
    await instance.untilReplaced('team-b', from);
    expect(instance.envoyOf('team-b')).not.toBe(before);
    await instance.untilStatus(200, demo);
    const { tenants } = (await instance.json(['status', '-o', 'json'])) as {
      tenants: readonly { readonly envoyPid?: number; readonly container?: string }[];
    };
    expect(String(tenants[0]?.envoyPid ?? tenants[0]?.container)).toBe(instance.envoyOf('team-b'));
  });

  test('files that are read again win over a scale', async () => {
    await succeed('scale', 'deployment/active', '-n', 'team-b', '--replicas', '2');
    await eventually('two pods', async () => (await pods()).length === 3);
    const from = instance.stream.mark;
    await succeed('reread');
    await instance.stream.waitFor('Asked', { from, where: ({ what }) => what === 'reread' });
    await eventually('one pod again', async () => (await pods()).length === 2);
  });

  test('what is not there cannot be asked for', async () => {
    expect(await instance.run(['kill', 'pod/nope'])).toMatchObject({ code: 1, stdout: '' });
    expect(await instance.run(['kill', 'nope'])).toMatchObject({ code: 2, stdout: '' });
    expect(await instance.run(['restart', 'nope'])).toMatchObject({ code: 1, stdout: '' });
  });

  test('logs: the access log and the lines of pods, kept ones and new ones', async () => {
    const pod = (await instance.pods(1, { ...demo, path: '/test?logged' }))[0] ?? '';
    const access = await eventually('the request is in the access log', async () => {
      const text = await succeed('logs', '--access', '--tail', '5');
      return text.includes('?logged') ? text : undefined;
    });
    expect(access.trim().split('\n').length).toBeLessThanOrEqual(5);
    expect(await succeed('logs', `pod/${pod}`, '-n', 'team-b')).toMatch(
      /^Echoing back request made to \/test\?logged to client/m,
    );
    const json = (await succeed('logs', 'deployment/active', '--tail', '1', '-o', 'json')).trim();
    expect(JSON.parse(json)).toMatchObject({ log: `pod/team-b/${pod}`, stream: 'stdout' });
    const following = instance.workspace.spawn(['logs', `pod/${pod}`, '-f', '--tail', '1']);
    let followed = '';
    following.stdout.setEncoding('utf8').on('data', (text: string) => {
      followed += text;
    });
    await eventually('kept lines are shown', () => followed.includes('?logged'));
    await instance.request({ ...demo, path: '/test?followed' });
    await eventually('new lines are shown', () => followed.includes('?followed'));
    following.kill();
    expect(await instance.run(['logs', 'pod/nope'])).toMatchObject({ code: 1 });
  });

  testOfProcesses(
    'attach shows the screen in another terminal, and leaves the instance running',
    async () => {
      expect(await instance.run(['attach'])).toMatchObject({ code: 2 });
      const screen = new PtyScreen(instance.workspace, { args: ['attach'] });
      try {
        await screen.until('www.example.com');
        screen.type('q');
        expect((await screen.ended).exitCode).toBe(0);
        expect(screen.isAlternate).toBe(false);
      } finally {
        screen.dispose();
      }
      await instance.untilStatus(200, demo);
    },
  );

  testOfProcesses.each([
    ['SIGTERM', 0, 'was stopped'],
    ['SIGKILL', 4, 'has ended without stopping in order'],
  ] as const)('an attached screen ends with an instance that gets %s', async (signal, exitCode, words) => {
    const other = await startInstance('quickstart');
    const watching = new PtyScreen(other.workspace, { args: ['attach'], columns: 120 });
    try {
      await watching.until('www.example.com');
      process.kill(other.pid, signal);
      expect((await watching.ended).exitCode).toBe(exitCode);
      expect(watching.output).toContain(words);
    } finally {
      watching.dispose();
      await other.exited();
      other.kill();
      other.workspace.dispose();
    }
  });
});
