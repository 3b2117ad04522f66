import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { DefineCommand } from '../../../cli/command-table.ts';
import { defineDown } from '../../../cli/commands/down.ts';
import { defineEvents } from '../../../cli/commands/events.ts';
import { defineGet } from '../../../cli/commands/get.ts';
import { defineScale } from '../../../cli/commands/scale.ts';
import { defineStatus } from '../../../cli/commands/status.ts';
import { type Api, startApi } from '../../../src/api/start-api.ts';
import { claimInstance, type InstanceClaim } from '../../../src/runtime/process/instances.ts';
import { event, FakeState, object } from '../api/fake-state.ts';
import { runCommand } from './run-command.ts';

let root: string;
let env: Record<string, string>;
let state: FakeState;
const apis: Api[] = [];
const claims: InstanceClaim[] = [];
const nowMs = Date.parse('2026-01-31T09:00:42Z');

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cs-'));
  env = { XDG_RUNTIME_DIR: join(root, 'run'), XDG_STATE_HOME: join(root, 'state') };
  mkdirSync(join(root, 'run'));
  mkdirSync(join(root, 'elsewhere'));
  state = new FakeState();
});

afterEach(async () => {
  await Promise.all(apis.splice(0).map((api) => api.close()));
  for (const claim of claims.splice(0)) claim.release();
  rmSync(root, { recursive: true });
});

/** An instance of this process that serves `root/name`. */
async function serve(name: string): Promise<InstanceClaim> {
  const folder = join(root, name);
  mkdirSync(folder);
  const claim = await claimInstance({ name, folder, version: '0.1.0', runtime: 'process', env });
  claims.push(claim);
  apis.push(await startApi({ socketPath: claim.record.apiSocket, state }));
  return claim;
}

const run = (define: DefineCommand, args: readonly string[], cwd = join(root, 'elsewhere')) =>
  runCommand(define, args, { env, cwd, now: () => nowMs });

const gatewayApi = 'gateway.networking.k8s.io/v1';

function fillState(): void {
  const condition = (type: string) => ({ type, status: 'True', reason: type });
  state.objects = [
    object('Gateway', gatewayApi, ['team-a', 'test'], {
      spec: { gatewayClassName: 'application' },
      status: {
        addresses: [{ type: 'Hostname', value: 'example.com' }],
        conditions: [condition('Programmed')],
      },
    }),
    object('Gateway', gatewayApi, ['team-a', 'test-4wpkx'], {
      spec: { gatewayClassName: 'eg' },
      status: { addresses: [{ value: '127.71.2.3' }, { value: '127.0.0.1' }], conditions: [] },
    }),
    object('HTTPRoute', gatewayApi, ['team-a', 'test'], { spec: { hostnames: ['example.com', 'b.test'] } }),
    object('CycloudBackend', 'loadbalancing.cycloud.jp/v1', ['team-a', 'test']),
    object('Backend', 'gateway.envoyproxy.io/v1alpha1', ['team-a', 'test-hgpzf'], {
      status: { conditions: [{ type: 'Accepted', status: 'True', reason: 'Accepted' }] },
    }),
    object('Pod', 'v1', ['team-b', 'active-1'], {
      spec: { containers: [{ name: 'active' }], nodeName: 'calb-sim' },
      status: {
        phase: 'Running',
        podIP: '127.88.0.1',
        containerStatuses: [{ name: 'active', ready: true, restartCount: 2 }],
      },
    }),
    object('Service', 'v1', ['team-b', 'active'], {
      spec: {
        clusterIP: '127.88.0.2',
        selector: { app: 'active' },
        ports: [{ port: 3000 }, { port: 80, nodePort: 30080 }],
      },
    }),
    object('Deployment', 'apps/v1', ['team-b', 'active'], {
      spec: {
        replicas: 3,
        selector: { matchLabels: { app: 'active' } },
        template: {
          metadata: { labels: { app: 'active' } },
          spec: { containers: [{ name: 'active', image: 'active' }] },
        },
      },
      status: { replicas: 3, readyReplicas: 2, updatedReplicas: 3, availableReplicas: 2 },
    }),
    object('Namespace', 'v1', [undefined, 'team-a']),
  ];
}

test('get prints the tables that kubectl prints', async () => {
  await serve('demo');
  fillState();
  const table = async (...args: string[]) => (await run(defineGet, args)).stdout;
  expect(await table('gtw', '-n', 'team-a')).toBe(
    [
      'NAME         CLASS         ADDRESS       PROGRAMMED   AGE',
      'test         application   example.com   True         42s',
      'test-4wpkx   eg            127.71.2.3                 42s',
      '',
    ].join('\n'),
  );
  expect(await table('httproutes', '-n', 'team-a')).toBe(
    'NAME   HOSTNAMES                  AGE\ntest   ["example.com","b.test"]   42s\n',
  );
  expect(await table('cycloudbackend', '-n', 'team-a')).toBe('NAME   AGE\ntest   42s\n');
  expect(await table('backend', '-n', 'team-a')).toBe(
    'NAME         STATUS     AGE\ntest-hgpzf   Accepted   42s\n',
  );
  expect(await table('po', '-n', 'team-b')).toBe(
    'NAME       READY   STATUS    RESTARTS   AGE\nactive-1   1/1     Running   2          42s\n',
  );
  expect(await table('svc', '-A', '-o', 'wide')).toBe(
    [
      'NAMESPACE   NAME     TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)                 AGE   SELECTOR',
      'team-b      active   ClusterIP   127.88.0.2   <none>        3000/TCP,80:30080/TCP   42s   app=active',
      '',
    ].join('\n'),
  );
  expect(await table('deploy', '-n', 'team-b')).toBe(
    'NAME     READY   UP-TO-DATE   AVAILABLE   AGE\nactive   2/3     3            2           42s\n',
  );
  expect(await table('ns', '-A')).toBe('NAME     STATUS   AGE\nteam-a   Active   42s\n');
  expect(await table('httproute,po', '-A')).toBe(
    [
      'NAMESPACE   NAME                                       HOSTNAMES                  AGE',
      'team-a      httproute.gateway.networking.k8s.io/test   ["example.com","b.test"]   42s',
      '',
      'NAMESPACE   NAME           READY   STATUS    RESTARTS   AGE',
      'team-b      pod/active-1   1/1     Running   2          42s',
      '',
    ].join('\n'),
  );
  expect(await table('gtw/test', '-n', 'team-a', '-o', 'name')).toBe(
    'gateway.gateway.networking.k8s.io/test\n',
  );
});

test('get -o json prints the object for one name, and a List otherwise', async () => {
  await serve('demo');
  fillState();
  const json = async (...args: string[]) =>
    JSON.parse((await run(defineGet, [...args, '-o', 'json'])).stdout);
  expect(await json('gtw', 'test', '-n', 'team-a')).toEqual(state.objects[0]);
  expect(await json('gtw', '-n', 'team-a')).toMatchObject({
    apiVersion: 'v1',
    kind: 'List',
    items: { length: 2 },
  });
  expect(await json('gtw', '-n', 'nowhere')).toMatchObject({ kind: 'List', items: [] });
  expect(await json('backends', '-A')).toMatchObject({ kind: 'List', items: { length: 1 } });
  const yaml = await run(defineGet, ['gtw', 'test', '-n', 'team-a', '-o', 'yaml']);
  expect(parseAllDocuments(yaml.stdout).map((document) => document.toJS())).toEqual([state.objects[0]]);
});

test('get says what is missing, and what was probably meant', async () => {
  await serve('demo');
  fillState();
  const none = await run(defineGet, ['gtw']);
  expect(none).toMatchObject({ code: 0, stdout: '' });
  expect(none.stderr).toBe(
    'No resources found in default namespace.\nThere are some in team-a: use -n team-a, or -A.\n',
  );
  const unknown = await run(defineGet, ['gtw', 'nope', '-n', 'team-a', '-o', 'json']);
  expect(unknown).toMatchObject({ code: 1, stdout: '' });
  expect(unknown.stderr).toBe(
    'Error from server (NotFound): gateways.gateway.networking.k8s.io "nope" not found\n',
  );
  const kind = await run(defineGet, ['gatway']);
  expect(kind.code).toBe(2);
  expect(kind.stderr).toContain('did you mean "gateway"');
  const format = await run(defineGet, ['gtw', '-o', 'jsn']);
  expect(format.code).toBe(2);
  expect(format.stderr).toContain('did you mean json');
});

test('get -w shows every change, lined up with what came before', async () => {
  const claim = await serve('demo');
  const pod = (phase: string) => object('Pod', 'v1', ['team-b', 'active-1'], { status: { phase } });
  state.objects = [pod('Pending')];
  const watching = run(defineGet, ['po', '-n', 'team-b', '-w']);
  await expect.poll(() => state.listenerCount).toBe(1);
  state.objects = [pod('Running')];
  state.change();
  await new Promise((resolve) => setImmediate(resolve));
  await apis.pop()?.close();
  expect((await watching).stdout).toBe(
    [
      'NAME       READY   STATUS    RESTARTS   AGE',
      'active-1   0/0     Pending   0          42s',
      'active-1   0/0     Running   0          42s',
      '',
    ].join('\n'),
  );
  expect(claim.record.name).toBe('demo');
});

test('the instance is the named one, else that of the folder, else the only one', async () => {
  const none = await run(defineStatus, []);
  expect(none).toMatchObject({ code: 4 });
  expect(none.stderr).toContain('calb-sim up');
  await serve('one');
  expect((await run(defineStatus, [])).code).toBe(0);
  await serve('two');
  const several = await run(defineStatus, []);
  expect(several.code).toBe(2);
  expect(several.stderr).toContain('one and two');
  expect((await run(defineStatus, [], join(root, 'two'))).code).toBe(0);
  mkdirSync(join(root, 'two', 'deeper'));
  expect((await run(defineStatus, [], join(root, 'two', 'deeper'))).code).toBe(0);
  expect((await run(defineStatus, ['--name', 'one'])).code).toBe(0);
  expect((await run(defineStatus, ['--name', 'three'])).code).toBe(4);
  env.CALB_SIM_NAME = 'one';
  expect((await run(defineStatus, [])).code).toBe(0);
});

test('status prints the report', async () => {
  await serve('demo');
  const report = JSON.parse((await run(defineStatus, ['-o', 'json'])).stdout);
  expect(report).toEqual(state.status());
  const text = (await run(defineStatus, [])).stdout;
  expect(text).toContain('demo · Envoy 1.40.0');
  expect(text).toContain('no problems');
});

test('scale asks for pods, and refuses what is none', async () => {
  await serve('demo');
  fillState();
  const scaled = await run(defineScale, ['deploy/active', '-n', 'team-b', '--replicas', '0']);
  expect(scaled).toMatchObject({ code: 0, stdout: 'deployment.apps/active scaled to 0 pods\n' });
  expect(state.scaled).toEqual([['team-b', 'active', 0]]);
  expect((await run(defineScale, ['deployment/nope', '--replicas', '1'])).code).toBe(1);
  for (const args of [
    ['service/active', '--replicas', '1'],
    ['deployment/active', '--replicas', '-1'],
    ['deployment/active', '--replicas', 'x'],
    ['deployment/active', '--replicas', '5000', '-n', 'team-b'],
    ['deployment/active'],
  ]) {
    expect((await run(defineScale, args)).code, args.join(' ')).toBe(2);
  }
});

test('events shows those that there are, as lines or JSON', async () => {
  await serve('demo');
  state.events = [
    event(1, { type: 'FilesChanged', files: ['a.yaml'] }),
    event(2, {
      type: 'Request',
      method: 'GET',
      host: 'a',
      path: '/',
      status: 200,
      responseFlags: '',
      endpoint: 'e',
      durationMs: 1,
    }),
    event(3, { type: 'ProxyConnected', tenant: 'team-a' }),
  ];
  const json = await run(defineEvents, ['-o', 'json', '--no-follow', '--since', '1']);
  expect(
    json.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual(state.events.slice(1));
  const text = await run(defineEvents, ['--no-follow', '--no-requests']);
  expect(text.stdout.split('\n')).toHaveLength(3);
  expect(text.stdout).toMatch(/team-a {2}✓ connected/);
  expect((await run(defineEvents, ['--since', 'x'])).code).toBe(2);
});

test('down stops one or all, and says what dead instances had left', async () => {
  const claim = await serve('demo');
  expect((await run(defineDown, ['--name', 'other'])).code).toBe(4);
  const stopping = run(defineDown, []);
  await expect.poll(() => state.isStopped).toBe(true);
  claim.release();
  expect(await stopping).toMatchObject({ code: 0, stdout: 'stopped demo in 0.0 s\n' });
  expect((await run(defineDown, ['--all'])).stdout).toBe('nothing runs\n');
  expect((await run(defineDown, [])).code).toBe(4);
});
