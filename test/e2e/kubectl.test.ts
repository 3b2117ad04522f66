import { execFile } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from './support/eventually.ts';
import { expectNothingRuns, type Instance, startInstance } from './support/instance.ts';
import { describeWithKubectl } from './support/with-kubectl.ts';

const run = promisify(execFile);

const route = `apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: extra, namespace: default, labels: { app: shop } }
spec:
  parentRefs: [{ name: eg }]
  hostnames: [extra.example.com]
  rules: [{ backendRefs: [{ name: backend, port: 3000 }] }]
`;

describeWithKubectl('kubectl, the real one', () => {
  let instance: Instance;
  let kubeconfig: string;

  beforeAll(async () => {
    instance = await startInstance('quickstart');
    kubeconfig = join(instance.workspace.root, 'kubeconfig');
    const printed = await instance.run(['kubeconfig']);
    expect(printed.code).toBe(0);
    writeFileSync(kubeconfig, printed.stdout, { mode: 0o600 });
  });
  afterAll(async () => {
    await instance.stop();
    await expectNothingRuns(instance.workspace);
    instance.workspace.dispose();
  });

  const environment = () => ({ ...process.env, KUBECONFIG: kubeconfig, HOME: instance.workspace.root });
  async function kubectl(...args: string[]): Promise<string> {
    return (await run('kubectl', args, { env: environment(), cwd: instance.workspace.root })).stdout;
  }
  /** What it says on standard error when it fails. */
  async function refused(...args: string[]): Promise<string> {
    const failure = await kubectl(...args).then(
      () => undefined,
      (error: unknown) => error as { readonly stderr: string },
    );
    if (failure === undefined) throw new Error(`kubectl ${args.join(' ')} did not fail`);
    return failure.stderr;
  }
  const write = (name: string, text: string): string => {
    const path = join(instance.workspace.root, name);
    writeFileSync(path, text);
    return path;
  };

  test('lists what is served', async () => {
    const resources = await kubectl('api-resources');
    expect(resources).toMatch(/^httproutes +gateway\.networking\.k8s\.io\/v1 +true +HTTPRoute$/m);
    expect(resources).toMatch(/^deployments +deploy +apps\/v1 +true +Deployment$/m);
    expect(await kubectl('version', '-o', 'json')).toContain('calb-sim');
  });

  test('gets objects as tables, documents, columns and paths', async () => {
    expect(await kubectl('get', 'gateways', '-A')).toMatch(
      /^NAMESPACE +NAME +CLASS +ADDRESS +PROGRAMMED +AGE\ndefault +eg +eg +127\.\S+ +True +\d+s\n$/,
    );
    expect(await kubectl('get', 'pods', '-o', 'wide')).toMatch(
      /^backend-\S+ +1\/1 +Running +0 +\d+s +\d+\.\S+ +calb-sim /m,
    );
    expect(await kubectl('get', 'deploy', 'backend', '-o', 'jsonpath={.status.readyReplicas}')).toBe('1');
    await eventually('the Service has an address', async () =>
      /^ {2}clusterIP: \d+\./m.test(await kubectl('get', 'svc', 'backend', '-o', 'yaml')),
    );
    expect(
      await kubectl('get', 'httproute', '-o', 'custom-columns=N:.metadata.name', '--no-headers'),
    ).toContain('backend');
    expect(JSON.parse(await kubectl('get', 'ns', '-o', 'json')).kind).toBe('List');
    expect(await kubectl('get', 'pods', '-l', 'app=nobody')).toBe('');
    expect(await kubectl('get', 'pods', '--field-selector', 'status.phase=Running', '-o', 'name')).toMatch(
      /^pod\/backend-/,
    );
    expect(await kubectl('get', 'all')).toMatch(/^deployment\.apps\/backend /m);
    const gatewayApi = await kubectl('get', 'gateway-api', '-A');
    expect(gatewayApi).toMatch(/gateway\.gateway\.networking\.k8s\.io\/eg /);
    expect(gatewayApi).toMatch(/httproute\.gateway\.networking\.k8s\.io\/backend /);
    expect(await kubectl('get', 'node')).toMatch(/^calb-sim +Ready /m);
    expect(await refused('get', 'httproute', 'nobody')).toContain(
      'httproutes.gateway.networking.k8s.io "nobody" not found',
    );
  });

  test('finds the Envoy of a Gateway by the labels that Envoy Gateway sets', async () => {
    const label = 'gateway.envoyproxy.io/owning-gateway-name=eg';
    expect(await kubectl('get', 'svc', '-l', label, '-o', 'name')).toMatch(
      /^service\/envoy-default-eg-\w+\n$/,
    );
    expect(await kubectl('get', 'pods', '-l', label)).toMatch(/^envoy-default-eg-\S+ +1\/1 +Running/m);
  });

  test('describes and explains', async () => {
    expect(await kubectl('describe', 'gateway', 'eg')).toMatch(/Type: +Programmed/);
    expect(await kubectl('describe', 'deployment', 'backend')).toMatch(
      /Replicas: +1 desired \| 1 updated \| 1 total \| 1 available/,
    );
    expect(await kubectl('describe', 'svc', 'backend')).toMatch(/Endpoints: +\d+\./);
    expect(await kubectl('describe', 'pod', '-l', 'app=backend')).toMatch(/Status: +Running/);
    const path = await kubectl('explain', 'httproute.spec.rules.matches.path');
    expect(path).toMatch(/enum: Exact, PathPrefix, RegularExpression/);
    expect(path).toMatch(/DESCRIPTION:\n +Path specifies a HTTP request path matcher/);
    expect(await kubectl('explain', 'deployment.spec.template.spec.containers')).toMatch(
      /DESCRIPTION:\n +List of containers belonging to the pod/,
    );
  });

  test('says who may do what', async () => {
    expect(await kubectl('auth', 'whoami')).toMatch(/Username +calb-sim/);
    expect(await kubectl('auth', 'can-i', 'delete', 'httproutes')).toBe('yes\n');
    expect(await kubectl('auth', 'can-i', '--list')).toMatch(/^nodes +\[\] +\[\] +\[get list watch\]$/m);
    await expect(kubectl('auth', 'can-i', 'delete', 'nodes')).rejects.toMatchObject({
      stdout: expect.stringMatching(/^no - calb-sim makes nodes/),
    });
  });

  test('applies, changes and deletes a route, which serves at once', async () => {
    const file = write('extra.yaml', route);
    expect(await kubectl('apply', '-f', file)).toBe('httproute.gateway.networking.k8s.io/extra created\n');
    await kubectl(
      'wait',
      'httproute/extra',
      '--for=jsonpath={.status.parents[0].conditions[0].status}=True',
      '--timeout=10s',
    );
    await instance.untilStatus(200, { host: 'extra.example.com' });
    // kubectl compares lists of custom kinds with the defaults filled in: as with a cluster, it sends them again.
    expect(await kubectl('apply', '-f', file)).toBe('httproute.gateway.networking.k8s.io/extra configured\n');
    write('extra.yaml', route.replaceAll('extra.example.com', 'other.example.com'));
    const difference = await kubectl('diff', '-f', file).catch(
      (error: { readonly stdout: string }) => error.stdout,
    );
    expect(difference).toContain('+  - other.example.com');
    expect(await kubectl('apply', '-f', file)).toBe('httproute.gateway.networking.k8s.io/extra configured\n');
    await instance.untilStatus(404, { host: 'extra.example.com' });
    expect(await kubectl('apply', '--server-side', '--force-conflicts', '-f', file)).toContain(
      'serverside-applied',
    );
    expect(await kubectl('label', 'httproute', 'extra', 'tier=web')).toContain('labeled');
    expect(await kubectl('annotate', 'httproute', 'extra', 'note=mine')).toContain('annotated');
    expect(await kubectl('get', 'httproute', '-l', 'app=shop,tier in (web)', '-o', 'name')).toContain(
      'extra',
    );
    const merge = '{"spec":{"hostnames":["third.example.com"]}}';
    await kubectl('patch', 'httproute', 'extra', '--type=merge', '-p', merge);
    await instance.untilStatus(200, { host: 'third.example.com' });
    const json = '[{"op":"replace","path":"/spec/hostnames/0","value":"fourth.example.com"}]';
    await kubectl('patch', 'httproute', 'extra', '--type=json', '-p', json);
    await instance.untilStatus(200, { host: 'fourth.example.com' });
    expect(
      await refused(
        'patch',
        'httproute',
        'extra',
        '--type=merge',
        '-p',
        '{"spec":{"rules":[{"matches":7}]}}',
      ),
    ).toMatch(/invalid/i);
    expect(await refused('apply', '-f', write('wrong.yaml', route.replace('hostnames', 'hostname')))).toMatch(
      /unknown field "spec.hostname"/,
    );
    expect(await kubectl('delete', '-f', file)).toContain('"extra" deleted');
    expect(await kubectl('get', 'httproute', '-o', 'name')).not.toContain('extra');
  });

  test('creates from the command line, edits, and deletes by label', async () => {
    await kubectl('create', 'namespace', 'team-z');
    await kubectl('create', 'configmap', 'settings', '-n', 'team-z', '--from-literal=color=blue');
    await kubectl('create', 'secret', 'generic', 'token', '-n', 'team-z', '--from-literal=key=value');
    await kubectl('create', 'deployment', 'web', '-n', 'team-z', '--image=echo-basic', '--replicas=2');
    await kubectl('rollout', 'status', 'deployment/web', '-n', 'team-z', '--timeout=20s');
    expect(await kubectl('get', 'secret', 'token', '-n', 'team-z', '-o', 'jsonpath={.data.key}')).toBe(
      'dmFsdWU=',
    );
    const editor = write('editor.sh', '#!/bin/sh\nsed -i s/blue/green/ "$1"\n');
    chmodSync(editor, 0o755);
    await run('kubectl', ['edit', 'configmap', 'settings', '-n', 'team-z'], {
      env: { ...environment(), KUBE_EDITOR: editor },
    });
    expect(await kubectl('get', 'cm', 'settings', '-n', 'team-z', '-o', 'jsonpath={.data.color}')).toBe(
      'green',
    );
    await kubectl('set', 'image', 'deployment/web', 'echo-basic=echo-basic:2', '-n', 'team-z');
    await kubectl('rollout', 'status', 'deployment/web', '-n', 'team-z', '--timeout=20s');
    expect(
      await kubectl('get', 'pods', '-n', 'team-z', '-o', 'jsonpath={.items[*].spec.containers[0].image}'),
    ).toBe('echo-basic:2 echo-basic:2');
    await kubectl('delete', 'deployment', '-l', 'app=web', '-n', 'team-z');
    await kubectl('delete', 'cm', '--all', '-n', 'team-z');
    await kubectl('delete', 'namespace', 'team-z');
    expect(await kubectl('get', 'all', '-n', 'team-z')).toBe('');
  });

  test('scales, restarts and reads the logs of pods', async () => {
    await kubectl('scale', 'deployment', 'backend', '--replicas=2');
    await kubectl('rollout', 'status', 'deployment/backend', '--timeout=20s');
    expect((await kubectl('get', 'pods', '-l', 'app=backend', '-o', 'name')).trim().split('\n')).toHaveLength(
      2,
    );
    const before = await kubectl('get', 'pods', '-l', 'app=backend', '-o', 'name');
    await kubectl('rollout', 'restart', 'deployment/backend');
    await eventually('other pods run', async () => {
      const now = (await kubectl('get', 'pods', '-l', 'app=backend', '-o', 'name')).trim().split('\n');
      return now.length === 2 && now.every((name) => !before.includes(name));
    });
    await kubectl('scale', 'deployment', 'backend', '--replicas=1');
    await kubectl('rollout', 'status', 'deployment/backend', '--timeout=20s');
    await eventually('the log tells of a request', async () => {
      await instance.request({ host: 'www.example.com', path: '/logged' });
      return (await kubectl('logs', 'deployment/backend', '--tail=20')).includes('/logged');
    });
    expect(await kubectl('events')).toMatch(/Scaled|Started|Killing/);
  });

  test('watches', async () => {
    const watching = run('kubectl', ['get', 'configmaps', '-w', '-o', 'name', '--request-timeout=6s'], {
      env: environment(),
    }).catch((error: { readonly stdout: string }) => error);
    await eventually('the watch sees it', async () => {
      await kubectl('delete', 'configmap', 'seen', '--ignore-not-found');
      await kubectl('create', 'configmap', 'seen');
      return true;
    });
    expect((await watching).stdout).toContain('configmap/seen');
    await kubectl('delete', 'configmap', 'seen');
  });

  test('what files declare follows them again when they are saved', async () => {
    await kubectl(
      'patch',
      'httproute',
      'backend',
      '--type=merge',
      '-p',
      '{"spec":{"hostnames":["patched.example.com"]}}',
    );
    await instance.untilStatus(200, { host: 'patched.example.com' });
    expect((await instance.run(['diff'])).stdout).toContain('patched.example.com');
    instance.workspace.edit('quickstart.yaml', (text) => `${text}\n# saved\n`);
    await instance.untilStatus(200, { host: 'www.example.com' });
    expect((await instance.run(['diff'])).code).toBe(0);
  });

  test('calb-sim kubectl needs no set-up', async () => {
    const result = await instance.run(['kubectl', 'get', 'gatewayclass', 'eg', '-o', 'name']);
    expect(result).toMatchObject({ code: 0, stdout: 'gatewayclass.gateway.networking.k8s.io/eg\n' });
    expect((await instance.run(['kubectl', 'get', 'gateway', 'nobody'])).code).toBe(1);
  });
});
