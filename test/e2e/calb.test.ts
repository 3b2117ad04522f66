import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Instance, startInstance } from './support/instance.ts';
import { describeWithEnvoy } from './support/with-envoy.ts';

const namespace = 'loadbalancing-test-project';

interface Listed {
  readonly items: readonly {
    readonly kind: string;
    readonly metadata: { readonly name: string };
    readonly spec: { readonly gatewayClassName?: string };
    readonly status?: {
      readonly addresses?: readonly { readonly type: string; readonly value: string }[];
      readonly conditions?: readonly {
        readonly type: string;
        readonly status: string;
        readonly message: string;
      }[];
    };
  }[];
}

describeWithEnvoy('CALB resources', () => {
  let instance: Instance;
  beforeAll(async () => {
    instance = await startInstance('calb');
  });
  afterAll(() => instance?.stop());

  const list = async (kind: string) =>
    (await instance.json(['get', kind, '-n', namespace, '-o', 'json'])) as Listed;

  test("a request is answered from the CycloudBackend's endpoint in httpbin's shape", async () => {
    const response = await instance.request({ path: '/get?x=1', host: 'example.com' });
    expect(response.status).toBe(200);
    expect(JSON.parse(response.body)).toMatchObject({
      args: { x: '1' },
      headers: { Host: 'example.com' },
      url: 'http://example.com/get?x=1',
      origin: expect.any(String),
    });
  });

  test('the declared Gateway and the one made from it are both listed, with class, address and state', async () => {
    const { items } = await list('gateways');
    expect(items.map(({ spec }) => spec.gatewayClassName).sort()).toEqual(['application', 'eg']);
    const declared = items.find(({ metadata }) => metadata.name === 'test');
    const generated = items.find(({ metadata }) => metadata.name !== 'test');
    expect(generated?.metadata.name).toMatch(/^test-[a-z0-9]{5}$/);
    expect(declared?.status?.addresses?.[0]).toEqual({ type: 'Hostname', value: 'example.com' });
    for (const item of items) {
      expect(item.status?.conditions).toContainEqual(
        expect.objectContaining({ type: 'Programmed', status: 'True' }),
      );
    }
  });

  test('HTTPRoute and Backend are made from their origins, with the same five-character suffix on every run', async () => {
    const routes = (await list('httproutes')).items.map(({ metadata }) => metadata.name).sort();
    expect(routes).toEqual(['test', expect.stringMatching(/^test-[a-z0-9]{5}$/)]);
    const backends = await list('backends');
    expect(backends.items.map(({ metadata }) => metadata.name)).toEqual([
      expect.stringMatching(/^test-[a-z0-9]{5}$/),
    ]);
    expect((await list('cycloudbackends')).items.map(({ metadata }) => metadata.name)).toEqual(['test']);
    const again = await startInstance('calb');
    try {
      const result = await again.run(['get', 'gtw,httproute,backend', '-n', namespace, '-o', 'name']);
      const here = await instance.run(['get', 'gtw,httproute,backend', '-n', namespace, '-o', 'name']);
      expect(result.stdout).toBe(here.stdout);
    } finally {
      await again.stop();
    }
  });

  test('the tables have the columns that kubectl prints', async () => {
    const table = async (kind: string) => (await instance.run(['get', kind, '-n', namespace])).stdout;
    expect(await table('gateway')).toMatch(/^NAME\s+CLASS\s+ADDRESS\s+PROGRAMMED\s+AGE\n/);
    expect(await table('gateway')).toMatch(/^test\s+application\s+example\.com\s+True\s+\S+$/m);
    expect(await table('gateway')).toMatch(/^test-[a-z0-9]{5}\s+eg\s+127\.\S+\s+True\s+\S+$/m);
    expect(await table('httproute')).toMatch(/^NAME\s+HOSTNAMES\s+AGE\n/);
    expect(await table('httproute')).toMatch(/^test\s+\["example\.com"\]\s+\S+$/m);
    expect(await table('cycloudbackend')).toMatch(/^NAME\s+AGE\ntest\s+\S+\n$/);
    expect(await table('backend')).toMatch(/^NAME\s+STATUS\s+AGE\ntest-[a-z0-9]{5}\s+Accepted\s+\S+\n$/);
  });

  test('an endpoint with a broken document is said with the position, and the rest goes on', async () => {
    const from = instance.stream.mark;
    instance.workspace.edit('calb.yaml', (text) =>
      text.replace('address: 192.168.0.1', 'addres: 192.168.0.1'),
    );
    const said = await instance.stream.waitFor('Diagnostic', {
      from,
      where: ({ severity }) => severity === 'error',
    });
    expect(said.resource).toBe(`CycloudBackend/${namespace}/test`);
    expect(said.message + said.hint).toContain('address');
    expect((await instance.request({ path: '/get', host: 'example.com' })).status).toBe(200);
  });
});
