import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { type Instance, startInstance } from './support/instance.ts';
import { runtimeUnderTest } from './support/runtime-under-test.ts';
import { describeWithEnvoy } from './support/with-envoy.ts';
import { type FixtureName, Workspace } from './support/workspace.ts';

interface List {
  readonly kind: string;
  readonly apiVersion: string;
  readonly items: readonly { readonly kind: string; readonly metadata: { readonly name: string } }[];
}

describeWithEnvoy('commands beside a running instance', () => {
  let instance: Instance;
  beforeAll(async () => {
    instance = await startInstance('failover');
  });
  afterAll(() => instance?.stop());

  test('status -o json shows listeners, tenants and diagnostics', async () => {
    const status = (await instance.json(['status', '-o', 'json'])) as Record<string, unknown>;
    expect(status).toMatchObject({
      instance: expect.any(String),
      runtime: runtimeUnderTest,
      envoyVersion: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      diagnostics: expect.any(Array),
    });
    const { address, port, url } = instance.url();
    expect(status.listeners).toEqual([
      expect.objectContaining({
        ...{ tenant: 'team-b', gateway: 'team-b/gateway-b', listener: 'http' },
        ...{ address, port, url, hostnames: expect.any(Array), programmed: true },
      }),
    ]);
    expect(status.tenants).toEqual([
      expect.objectContaining({
        name: 'team-b',
        snapshot: expect.any(String),
        ...(runtimeUnderTest === 'docker'
          ? { container: instance.envoyOf('team-b') }
          : { envoyPid: Number(instance.envoyOf('team-b')) }),
      }),
    ]);
    const [tenant] = status.tenants as { snapshot: string; acked: unknown }[];
    expect(tenant?.acked === true || tenant?.acked === tenant?.snapshot).toBe(true);
  });

  test('get knows plural, singular and short names, and prints tables, names, YAML and JSON', async () => {
    const namesOf = async (kind: string) =>
      (await instance.run(['get', kind, '-n', 'team-b', '-o', 'name'])).stdout;
    const deployments = await namesOf('deployments');
    expect(deployments).toContain('active');
    expect(deployments).toContain('passive');
    expect(await namesOf('deploy')).toBe(deployments);
    expect(await namesOf('deployment')).toBe(deployments);
    expect((await instance.run(['get', 'po', '-n', 'team-b'])).stdout).toMatch(
      /^active-[a-z0-9]+-[a-z0-9]{5}\s/m,
    );
    const both = await instance.run(['get', 'gtw,httproute', '-A']);
    expect(both.stdout).toContain('gateway-b');
    expect(both.stdout).toContain('ha-example');
    const [yaml] = parseAllDocuments(
      (await instance.run(['get', 'gtw', 'gateway-b', '-n', 'team-b', '-o', 'yaml'])).stdout,
    );
    expect(yaml?.toJS()).toMatchObject({ kind: 'Gateway', metadata: { name: 'gateway-b' } });
  });

  test('get -o json prints the object for one name, and a List otherwise, also for none', async () => {
    const one = await instance.json(['get', 'gateway', 'gateway-b', '-n', 'team-b', '-o', 'json']);
    expect(one).toMatchObject({ kind: 'Gateway', apiVersion: 'gateway.networking.k8s.io/v1' });
    const all = (await instance.json(['get', 'gateways', '-n', 'team-b', '-o', 'json'])) as List;
    expect([all.kind, all.apiVersion, all.items.length]).toEqual(['List', 'v1', 1]);
    const none = (await instance.json(['get', 'gateways', '-n', 'nowhere', '-o', 'json'])) as List;
    expect([none.kind, none.items]).toEqual(['List', []]);
  });

  test('routes carry their conditions, and the Gateway an address that can be dialled', async () => {
    const route = (await instance.json(['get', 'httproute', 'ha-example', '-n', 'team-b', '-o', 'json'])) as {
      status: { parents: { conditions: { type: string; status: string; observedGeneration: number }[] }[] };
    };
    const conditions = route.status.parents[0]?.conditions ?? [];
    for (const type of ['Accepted', 'ResolvedRefs'])
      expect(conditions).toContainEqual(
        expect.objectContaining({ type, status: 'True', observedGeneration: 1 }),
      );
    const gateway = (await instance.json(['get', 'gtw', 'gateway-b', '-n', 'team-b', '-o', 'json'])) as {
      status: { addresses: { type: string; value: string }[]; listeners: { attachedRoutes: number }[] };
    };
    expect(gateway.status.addresses[0]).toEqual({ type: 'IPAddress', value: instance.url().address });
    expect(gateway.status.listeners[0]?.attachedRoutes).toBe(1);
  });

  test('an unknown name is exit 1, an unknown kind and a wrong option exit 2 with what was probably meant', async () => {
    expect((await instance.run(['get', 'gateway', 'nothing', '-n', 'team-b'])).code).toBe(1);
    const kind = await instance.run(['get', 'gatway']);
    expect(kind.code).toBe(2);
    expect(kind.stderr).toContain('gateway');
    const command = await instance.run(['staus']);
    expect(command.code).toBe(2);
    expect(command.stderr).toContain('status');
    expect((await instance.run(['get', 'gateway', '--no-such-option'])).code).toBe(2);
  });

  test('scale changes the pods but not the file, and the next save of the file wins again', async () => {
    const before = instance.workspace.read('passive.yaml');
    const from = instance.stream.mark;
    const scaled = await instance.run(['scale', 'deployment/passive', '-n', 'team-b', '--replicas', '3']);
    expect(scaled.code, scaled.stderr).toBe(0);
    await instance.stream.waitFor('PodStarted', { from });
    expect(instance.workspace.read('passive.yaml')).toBe(before);
    const deployment = async () =>
      (await instance.json(['get', 'deploy', 'passive', '-n', 'team-b', '-o', 'json'])) as {
        spec: { replicas: number };
      };
    expect((await deployment()).spec.replicas).toBe(3);
    const saved = instance.stream.mark;
    instance.workspace.write('passive.yaml', `# saved again\n${before}`);
    await instance.stream.waitFor('PodStopped', { from: saved });
    expect((await deployment()).spec.replicas).toBe(1);
  });

  test('scale of what does not exist is exit 1', async () => {
    const result = await instance.run(['scale', 'deployment/nothing', '-n', 'team-b', '--replicas', '1']);
    expect(result.code).toBe(1);
  });

  test('events -o json gives the stream from a number on', async () => {
    const child = instance.workspace.spawn(['events', '-o', 'json', '--since', '0']);
    const lines: string[] = [];
    const two = new Promise<void>((resolve) => {
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        lines.push(...text.split('\n').filter((line) => line !== ''));
        if (lines.length >= 2) resolve();
      });
    });
    await two;
    child.kill('SIGTERM');
    const [first] = lines.map((line) => JSON.parse(line) as { seq: number; v: number });
    expect(first).toMatchObject({ seq: 1, v: 1 });
  });
});

describe('commands without an instance', () => {
  const inFixture = async <T>(
    fixture: FixtureName | undefined,
    use: (workspace: Workspace) => Promise<T>,
  ) => {
    const workspace = new Workspace(fixture);
    try {
      return await use(workspace);
    } finally {
      workspace.dispose();
    }
  };

  test.each(['quickstart', 'failover', 'namespace-mode', 'backend-routing', 'calb'] as const)(
    'validate finds no error in %s',
    (fixture) =>
      inFixture(fixture, async (workspace) => {
        const result = await workspace.run(['validate', '.', '-o', 'json']);
        expect(result.code, result.stdout + result.stderr).toBe(0);
        JSON.parse(result.stdout);
      }),
  );

  test('validate says file, line, column, effect and fix of an error, in text, JSON and for GitHub, with exit 3', () =>
    inFixture('quickstart', async (workspace) => {
      workspace.edit('quickstart.yaml', (text) => text.replace('gatewayClassName:', 'gatewayClasName:'));
      const line =
        workspace
          .read('quickstart.yaml')
          .split('\n')
          .findIndex((text) => text.includes('gatewayClasName')) + 1;
      const text = await workspace.run(['validate', '.']);
      expect(text.code).toBe(3);
      expect(text.stdout + text.stderr).toMatch(new RegExp(`quickstart\\.yaml:${line}:3`));
      expect(text.stdout + text.stderr).toContain('gatewayClassName');
      const json = await workspace.run(['validate', '.', '-o', 'json']);
      expect(json.code).toBe(3);
      expect(json.stdout).toContain(
        '"severity": "error"'.replace(' ', json.stdout.includes('": "') ? ' ' : ''),
      );
      const github = await workspace.run(['validate', '.', '-o', 'github']);
      expect(github.code).toBe(3);
      expect(github.stdout).toMatch(new RegExp(`^::error file=.*quickstart\\.yaml,line=${line},col=3,`, 'm'));
    }));

  test('validate of a path that does not exist is exit 2', () =>
    inFixture(undefined, async (workspace) => {
      expect((await workspace.run(['validate', 'nothing'])).code).toBe(2);
    }));

  test('translate prints Envoy Gateway resources that validate, and the model and xDS as JSON', () =>
    inFixture('calb', async (workspace) => {
      const yaml = await workspace.run(['translate', '.', '--to', 'envoy-gateway']);
      expect(yaml.code, yaml.stderr).toBe(0);
      const objects = parseAllDocuments(yaml.stdout).map((document) => document.toJS() as { kind: string });
      expect(objects.map(({ kind }) => kind)).toEqual(
        expect.arrayContaining(['Gateway', 'HTTPRoute', 'Backend']),
      );
      expect(yaml.stdout).not.toContain('CycloudBackend\n');
      for (const target of ['model', 'xds']) {
        const result = await workspace.run(['translate', '.', '--to', target, '-o', 'json']);
        expect(result.code, result.stderr).toBe(0);
        expect(result.stdout).toContain('loadbalancing-test-project');
        JSON.parse(result.stdout);
      }
      await inFixture(undefined, async (second) => {
        second.write('translated.yaml', yaml.stdout);
        const again = await second.run(['validate', '.']);
        expect(again.code, again.stdout + again.stderr).toBe(0);
      });
    }));

  test('translate of a broken folder is exit 3', () =>
    inFixture('quickstart', async (workspace) => {
      workspace.edit('quickstart.yaml', (text) => text.replace('kind: Gateway\n', 'kind: Gateway\nfoo: ]\n'));
      expect((await workspace.run(['translate', '.', '--to', 'xds'])).code).toBe(3);
    }));

  test.each(['basic', 'failover', 'multi-tenant', 'calb'])(
    'init %s writes a template that validates',
    (template) =>
      inFixture(undefined, async (workspace) => {
        const init = await workspace.run(['init', template, 'demo']);
        expect(init.code, init.stderr).toBe(0);
        expect(workspace.read('demo/README.md')).not.toBe('');
        const result = await workspace.run(['validate', 'demo']);
        expect(result.code, result.stdout + result.stderr).toBe(0);
      }),
  );

  test('clients without an instance are exit 4, and say how to start one', () =>
    inFixture(undefined, async (workspace) => {
      for (const args of [
        ['status'],
        ['get', 'gtw'],
        ['events'],
        ['scale', 'deployment/a', '--replicas', '1'],
      ]) {
        const result = await workspace.run(args);
        expect(result.code, args.join(' ')).toBe(4);
        expect(result.stderr).toContain('calb-sim up');
      }
    }));

  test('version, help and every --help are exit 0 and have examples', () =>
    inFixture(undefined, async (workspace) => {
      expect((await workspace.run(['version'])).stdout).toMatch(/\d+\.\d+\.\d+/);
      expect((await workspace.run(['help'])).code).toBe(0);
      for (const command of [
        'up',
        'down',
        'status',
        'get',
        'scale',
        'validate',
        'translate',
        'events',
        'init',
        'version',
      ]) {
        const result = await workspace.run([command, '--help']);
        expect(result.code, command).toBe(0);
        expect(result.stdout, command).toMatch(/calb-sim /);
        expect(result.stdout, command).toMatch(/example/i);
      }
    }));

  test('without an Envoy anywhere, up is exit 4 and lists what was tried and what to type', () =>
    inFixture('quickstart', async (workspace) => {
      const nowhere = {
        XDG_CACHE_HOME: workspace.path('no-cache'),
        CALB_SIM_ENVOY: workspace.path('no-envoy'),
      };
      const result = await workspace.run(['up', '.', '--output', 'json'], nowhere);
      expect(result.code).toBe(4);
      expect(result.stderr + result.stdout).toContain('no-envoy');
    }));

  test('output that is piped has no colours', () =>
    inFixture('quickstart', async (workspace) => {
      workspace.edit('quickstart.yaml', (text) => text.replace('port: 80\n', 'port: 99999999\n'));
      const result = await workspace.run(['validate', '.']);
      expect(result.stdout + result.stderr).not.toContain('\u001b[');
    }));
});
