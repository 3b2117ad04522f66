import {
  closeSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { eventually } from './support/eventually.ts';
import { type Instance, type InstanceRequest, startInstance } from './support/instance.ts';
import { echoService, gateway, httpRoute, markedWith, rule, toYaml } from './support/manifests.ts';
import { runtimeUnderTest } from './support/runtime-under-test.ts';
import { SteadyLoad } from './support/steady-load.ts';
import { describeWithEnvoy } from './support/with-envoy.ts';

const page: InstanceRequest = { path: '/page', host: 'reload.test' };

function routeFile(mark: string | undefined): string {
  const filters = mark === undefined ? {} : { filters: [markedWith(mark)] };
  return toYaml(
    httpRoute({
      name: 'page',
      parent: 'web',
      hostnames: ['reload.test'],
      rules: [rule('/', ['one'], filters)],
    }),
  );
}

/** A route to a path of its own, with a host of its own. */
function extraRoute(index: number): string {
  const hostnames = [`host-${Math.floor(index / 10)}.reload.test`];
  return toYaml(
    httpRoute({ name: `extra-${index}`, parent: 'web', hostnames, rules: [rule(`/${index}`, ['one'])] }),
  );
}

let instance: Instance;
beforeAll(async () => {
  instance = await startInstance(undefined, {
    files: {
      'base.yaml': toYaml(
        gateway({ name: 'web' }),
        ...echoService({ name: 'one' }),
        ...echoService({ name: 'two' }),
      ),
      'route.yaml': routeFile('first'),
    },
  });
});
afterAll(() => instance?.stop());

/** Waits until a client sees this mark. */
async function untilMark(mark: string | undefined): Promise<void> {
  await eventually(`a client sees ${mark ?? 'no mark'}`, async () => {
    const response = await instance.request(page);
    if (response.status !== 200 || response.headers['x-mark'] !== mark)
      throw new Error(`${response.status} ${response.headers['x-mark']}`);
    return true;
  });
}

describeWithEnvoy('a save goes live, however the editor writes', () => {
  const file = () => instance.workspace.path('route.yaml');
  const styles: Readonly<Record<string, (text: string) => void>> = {
    'in place': (text) => writeFileSync(file(), text),
    'truncated first, then written in two halves': (text) => {
      const descriptor = openSync(file(), 'r+');
      ftruncateSync(descriptor);
      writeSync(descriptor, text.slice(0, text.length / 2));
      writeSync(descriptor, text.slice(text.length / 2));
      closeSync(descriptor);
    },
    'to a new file that is renamed over the old one': (text) => {
      writeFileSync(`${file()}.tmp`, text);
      renameSync(`${file()}.tmp`, file());
    },
    'with the old file moved away to a backup': (text) => {
      renameSync(file(), `${file()}~`);
      writeFileSync(file(), text);
    },
    'through a swap file': (text) => {
      const swap = instance.workspace.path('.route.yaml.swp');
      writeFileSync(swap, 'b0VIM 9.0');
      writeFileSync(instance.workspace.path('4913'), '');
      instance.workspace.remove('4913');
      writeFileSync(file(), text);
      instance.workspace.remove('.route.yaml.swp');
    },
  };

  test.each(Object.keys(styles))('%s', async (style) => {
    const mark = style.replaceAll(/[^a-z]/g, '-');
    styles[style]?.(routeFile(mark));
    await untilMark(mark);
  });

  test('and of two saves right after each other the second wins', async () => {
    writeFileSync(file(), routeFile('early'));
    writeFileSync(file(), routeFile('late'));
    await untilMark('late');
  });

  test('and removing a field removes its effect', async () => {
    writeFileSync(file(), routeFile('to-be-removed'));
    await untilMark('to-be-removed');
    writeFileSync(file(), routeFile(undefined));
    await untilMark(undefined);
  });
});

describeWithEnvoy('files that come and go', () => {
  const extra: InstanceRequest = { path: '/0', host: 'host-0.reload.test' };

  test('a file in a new folder goes live, and its deletion takes it back', async () => {
    instance.workspace.write('deep/er/extra.yaml', extraRoute(0));
    await instance.untilStatus(200, extra);
    instance.workspace.remove('deep/er/extra.yaml');
    await instance.untilStatus(404, extra);
  });

  test('a deleted folder takes back what it held', async () => {
    instance.workspace.write('folder/extra.yaml', extraRoute(0));
    await instance.untilStatus(200, extra);
    instance.workspace.remove('folder');
    await instance.untilStatus(404, extra);
  });

  describe('two hundred files', () => {
    const last: InstanceRequest = { path: '/199', host: 'host-19.reload.test' };
    afterEach(() => rmSync(instance.workspace.path('many'), { recursive: true, force: true }));

    test('that appear and disappear at once are one reload each', async () => {
      const beside = mkdtempSync(join(tmpdir(), 'calb-sim-many-'));
      for (let i = 0; i < 200; i++) writeFileSync(join(beside, `${i}.yaml`), extraRoute(i));
      const from = instance.stream.mark;
      renameSync(beside, instance.workspace.path('many'));
      await instance.untilStatus(200, last);
      expect(instance.stream.ofType('FilesChanged', from)).toHaveLength(1);
      const back = instance.stream.mark;
      renameSync(instance.workspace.path('many'), beside);
      await instance.untilStatus(404, last);
      expect(instance.stream.ofType('FilesChanged', back)).toHaveLength(1);
      rmSync(beside, { recursive: true });
    });

    test('that are written one after the other are few reloads, however slow the disk is', async () => {
      const from = instance.stream.mark;
      for (let i = 0; i < 200; i++) instance.workspace.write(`many/${i}.yaml`, extraRoute(i));
      await instance.untilStatus(200, last);
      expect(instance.stream.ofType('FilesChanged', from).length).toBeLessThan(20);
      instance.workspace.remove('many');
      await instance.untilStatus(404, last);
    });
  });
});

describeWithEnvoy('a document that is broken', () => {
  test('keeps its last good version, says where, and lets other files go live', async () => {
    instance.workspace.write('route.yaml', routeFile('good'));
    await untilMark('good');
    const from = instance.stream.mark;
    instance.workspace.write('route.yaml', routeFile('bad').replace('spec:', 'spec: ]'));
    const said = await instance.stream.waitFor('Diagnostic', {
      from,
      where: (event) => event.severity === 'error',
    });
    expect(said.file).toMatch(/route\.yaml$/);
    expect(said.line).toBeGreaterThan(1);
    instance.workspace.write('other.yaml', extraRoute(0));
    await instance.untilStatus(200, { path: '/0', host: 'host-0.reload.test' });
    await untilMark('good');
    instance.workspace.write('route.yaml', routeFile('mended'));
    await untilMark('mended');
    const cleared = await instance.stream.waitFor('Diagnostic', {
      from,
      where: (event) => event.cleared === true,
    });
    expect(cleared.code).toBe(said.code);
    instance.workspace.remove('other.yaml');
  });

  test('keeps nothing else of its file from going live', async () => {
    const broken = extraRoute(1).replace('PathPrefix', 'PathPrefiks');
    const from = instance.stream.mark;
    instance.workspace.write('mixed.yaml', `${extraRoute(0)}---\n${broken}---\n${extraRoute(2)}`);
    const host = 'host-0.reload.test';
    await instance.untilStatus(200, { path: '/0', host });
    await instance.untilStatus(200, { path: '/2', host });
    expect((await instance.request({ path: '/1', host })).status).toBe(404);
    const said = await instance.stream.waitFor('Diagnostic', {
      from,
      where: (event) => event.severity === 'error',
    });
    expect(said.hint + said.message).toContain('PathPrefix');
    instance.workspace.remove('mixed.yaml');
  });

  test('loses nothing while its file is empty for a moment', async () => {
    instance.workspace.write('route.yaml', routeFile('before'));
    await untilMark('before');
    const { address, port } = instance.url();
    const load = new SteadyLoad(100, () => ({ ...page, address, port }));
    await eventually('the load runs', () => load.sent > 20);
    instance.workspace.write('route.yaml', '');
    const sent = load.sent;
    await eventually('half a second of requests with the file empty', () => load.sent > sent + 50);
    instance.workspace.write('route.yaml', routeFile('after'));
    await untilMark('after');
    const report = await load.stop();
    expect(report.failures).toEqual([]);
    expect(report.statuses).toEqual({ 200: report.sent });
  });
});

/** Pods that are containers take a second each. */
const editCount = runtimeUnderTest === 'docker' ? 40 : 100;

describeWithEnvoy(`${editCount} edits under load`, () => {
  test('of routes, weights, policies and endpoints drop no request', async () => {
    const { address, port } = instance.url();
    const load = new SteadyLoad(200, () => ({ ...page, address, port }));
    for (let i = 0; i < editCount; i++) await instance.applied('default', () => edit(i));
    const report = await load.stop();
    const failed = instance.stream.ofType('Request').filter(({ status }) => status >= 500);
    expect(new Set(report.failures), `${report.failures.length}: ${instance.stream.tail(0, 60)}`).toEqual(
      new Set(),
    );
    expect(report.statuses, JSON.stringify(failed.slice(0, 10))).toEqual({ 200: report.sent });
    expect(report.sent).toBeGreaterThan(100);
  }, 120_000);

  /** One edit, each of another sort than the one before. */
  function edit(i: number): void {
    const { workspace } = instance;
    if (i % 4 === 0) workspace.write('route.yaml', weighted(i, 1));
    else if (i % 4 === 1) workspace.write('route.yaml', weighted(i, (i % 9) + 2));
    else if (i % 4 === 2) workspace.write('policy.yaml', retryPolicy(i));
    else workspace.edit('base.yaml', (text) => scaleSecond(text, (i % 3) + 1));
  }

  function weighted(i: number, weight: number): string {
    const backendRefs = [
      { name: 'one', port: 3000, weight },
      { name: 'two', port: 3000, weight: 1 },
    ];
    // A rule that comes and goes before the one that serves renames nothing.
    const inserted = i % 8 === 0 ? [rule(`/inserted-${i}`, ['two'])] : [];
    const served = { ...rule('/', []), backendRefs, filters: [markedWith(`edit-${i}`)] };
    const rules = [...inserted, served];
    return toYaml(httpRoute({ name: 'page', parent: 'web', hostnames: ['reload.test'], rules }));
  }

  function retryPolicy(i: number): string {
    return toYaml({
      apiVersion: 'gateway.envoyproxy.io/v1alpha1',
      kind: 'BackendTrafficPolicy',
      metadata: { name: 'retry', namespace: 'default' },
      spec: {
        targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', name: 'page' }],
        retry: { numRetries: (i % 5) + 1 },
        circuitBreaker: { maxConnections: 1000 + i },
      },
    });
  }

  function scaleSecond(text: string, replicas: number): string {
    const at = text.lastIndexOf('replicas: ');
    const current = Number(text.charAt(at + 10));
    const next = current === replicas ? (replicas % 3) + 1 : replicas;
    return `${text.slice(0, at)}replicas: ${next}${text.slice(at + 11)}`;
  }
});
