import { existsSync, readFileSync, statSync } from 'node:fs';
import { Agent, request } from 'undici';
import { afterEach, expect, test } from 'vitest';
import { eventually } from './support/eventually.ts';
import { send } from './support/http-request.ts';
import { Instance, startInstance } from './support/instance.ts';
import {
  echoService,
  gateway,
  httpRoute,
  type Manifest,
  markedWith,
  rule,
  toYaml,
} from './support/manifests.ts';
import { describeWithEnvoy } from './support/with-envoy.ts';

const host = 'writes.test';

function route(mark: string): Manifest {
  const marked = rule('/', ['one'], { filters: [markedWith(mark)] });
  return httpRoute({ name: 'page', parent: 'web', hostnames: [host], rules: [marked] });
}

/** Path of an object's kind, as kubectl finds it by discovery. */
function collectionOf({ apiVersion, kind, metadata }: Manifest): string {
  const { namespace = 'default' } = Object(metadata);
  const group = String(apiVersion).includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return `${group}/namespaces/${namespace}/${String(kind).toLowerCase()}s`;
}

/** Sends requests to the API of an instance. */
async function call(instance: Instance, method: string, path: string, body?: object) {
  const [socketPath = ''] = instance.workspace.runtimeSockets('api.sock');
  const dispatcher = new Agent({ connect: { socketPath } });
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  try {
    const answer = await request(`http://localhost${path}`, {
      method: method as 'GET',
      dispatcher,
      headers: { 'content-type': type },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.statusCode, body: Object(await answer.body.json()) };
  } finally {
    await dispatcher.close();
  }
}

/** Makes objects, as `kubectl create -f` does. */
async function create(instance: Instance, objects: readonly Manifest[]): Promise<void> {
  for (const object of objects) {
    const made = await call(instance, 'POST', collectionOf(object), object);
    expect(made.status, made.body.message).toBe(201);
  }
}

/** Waits until a request to the Gateway is answered with this mark. */
async function untilMark(instance: Instance, mark: string): Promise<void> {
  await eventually(`an answer with ${mark}`, async () => {
    const [listener] = await instance.listeners();
    if (listener === undefined) throw new Error('nothing listens');
    const answer = await send({ address: listener.address, port: listener.port, host, path: '/' });
    if (answer.headers['x-mark'] !== mark) throw new Error(`${answer.status} ${answer.headers['x-mark']}`);
    return true;
  });
}

describeWithEnvoy('objects that are written through the API', () => {
  let instance: Instance | undefined;
  afterEach(() => instance?.stop());

  test('run as those of files do, and differ from them until the file is saved', async () => {
    const file = toYaml(gateway({ name: 'web' }), ...echoService({ name: 'one' }), route('file'));
    instance = await startInstance(undefined, { files: { 'web.yaml': file } });
    await untilMark(instance, 'file');
    expect(await instance.run(['diff'])).toMatchObject({ code: 0, stdout: '' });
    const page = `${collectionOf(route('x'))}/page`;
    const { spec } = Object(route('written'));
    expect((await call(instance, 'PATCH', page, { spec })).status).toBe(200);
    await untilMark(instance, 'written');
    const different = await instance.run(['diff']);
    expect(different.code).toBe(1);
    expect(different.stdout).toMatch(/^--- HTTPRoute\/default\/page \(.*web\.yaml:\d+\)$/m);
    expect(different.stdout).toMatch(/^-\s+value: file$/m);
    expect(different.stdout).toMatch(/^\+\s+value: written$/m);
    instance.workspace.write('web.yaml', `${file}\n# saved again\n`);
    await untilMark(instance, 'file');
    expect(await instance.run(['diff'])).toMatchObject({ code: 0, stdout: '' });
  });

  test('are enough for an empty folder, and go with their Namespace', async () => {
    instance = await startInstance(undefined);
    await create(instance, [gateway({ name: 'web' }), ...echoService({ name: 'one' }), route('api')]);
    await untilMark(instance, 'api');
    for (const object of [route('api'), gateway({ name: 'web' })]) {
      const { name } = Object(object.metadata);
      expect((await call(instance, 'DELETE', `${collectionOf(object)}/${name}`)).status).toBe(200);
    }
    const running = instance;
    await eventually('nothing listens any more', async () => (await running.listeners()).length === 0);
  });

  test('outlive the instance with --persist, and no save of them is taken for one of a file', async () => {
    instance = await startInstance(undefined, { args: ['--persist', 'kept'] });
    await create(instance, [gateway({ name: 'web' }), ...echoService({ name: 'one' }), route('kept')]);
    await untilMark(instance, 'kept');
    const { workspace } = instance;
    const file = workspace.path('kept', 'httproute.default.page.yaml');
    await eventually('the file is written', () => existsSync(file));
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toContain('value: kept');
    expect(instance.stream.ofType('FilesChanged')).toEqual([]);

    instance.process.kill('SIGTERM');
    await instance.exited();
    instance = new Instance(workspace, { args: ['--persist', 'kept'] });
    await instance.untilReady();
    await untilMark(instance, 'kept');
    expect((await call(instance, 'DELETE', `${collectionOf(route('x'))}/page`)).status).toBe(200);
    await eventually('the file is removed', () => !existsSync(file));
  });
});
