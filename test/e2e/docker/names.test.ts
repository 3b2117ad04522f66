import type Dockerode from 'dockerode';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectEngine } from '../../../src/runtime/docker/engine/connect-engine.ts';
import { nodePath } from '../../../src/runtime/docker/images/image-paths.ts';
import { ensureNodeImage } from '../../../src/runtime/docker/images/own-images.ts';
import { skipWithoutEnvoy } from '../../fixtures/envoy.ts';
import { eventually } from '../support/eventually.ts';
import { type Instance, startInstance } from '../support/instance.ts';
import { echoService, gateway, httpRoute, toYaml } from '../support/manifests.ts';
import { removeFromEngine } from '../support/runtime-under-test.ts';
import { describeWithDockerAnd } from '../support/with-docker.ts';

const [service, deployment] = echoService({ name: 'app', namespace: 'team-a', replicas: 2 });
const [headless] = echoService({ name: 'app', namespace: 'team-a' });
const manifests = (replicas: number) =>
  toYaml(
    gateway({ name: 'web', namespace: 'team-a' }),
    httpRoute({
      name: 'all',
      namespace: 'team-a',
      parent: 'web',
      rules: [{ backendRefs: [{ name: 'app', port: 80 }] }],
    }),
    { ...service, spec: { selector: { app: 'app' }, ports: [{ port: 80, targetPort: 3000 }] } },
    { ...deployment, spec: { ...(deployment?.spec as object), replicas } },
    {
      ...headless,
      metadata: { name: 'each', namespace: 'team-a' },
      spec: { clusterIP: 'None', selector: { app: 'app' }, ports: [{ port: 3000 }] },
    },
    gateway({ name: 'other', namespace: 'team-b' }),
  );

/** Asks from inside a container; says what came: a status and the pod that answered, or an error's code. */
const asking = (url: string) => `
  require('node:http').get('${url}', { timeout: 2000 }, (response) => {
    let body = '';
    response.on('data', (data) => { body += data; });
    response.on('end', () => console.log(response.statusCode, (/"pod": "([^"]*)"/.exec(body) ?? [])[1]));
  }).on('timeout', function () { this.destroy(Object.assign(new Error(), { code: 'TIMEOUT' })); })
    .on('error', ({ code }) => console.log(code));`;

const reason = skipWithoutEnvoy ? 'there is no Envoy' : undefined;
describeWithDockerAnd('Tests of names', reason)("A person's own container in a tenant's network", () => {
  let docker: Dockerode;
  let node: string;
  let instance: Instance;

  beforeAll(async () => {
    const engine = await connectEngine({ env: process.env });
    docker = engine.docker;
    node = (await ensureNodeImage({ ...engine, env: process.env })).reference;
    instance = await startInstance(undefined, {
      files: { 'all.yaml': manifests(2) },
      environment: { CALB_SIM_RUNTIME: 'docker' },
    });
  });
  afterAll(async () => {
    if (instance === undefined) return;
    await instance.stop();
    removeFromEngine(instance.workspace.instanceName);
  });

  /** What a script prints that runs in the network of a namespace. */
  async function run(namespace: string, source: string): Promise<string> {
    const container = await docker.createContainer({
      ...{ Image: node, Entrypoint: [nodePath], Cmd: ['-e', source], Tty: true, Env: ['NO_COLOR=1'] },
      HostConfig: { NetworkMode: `calb-sim-${instance.workspace.instanceName}-${namespace}` },
    });
    try {
      await container.start();
      await container.wait();
      return (await container.logs({ stdout: true, stderr: true })).toString().trim();
    } finally {
      await container.remove({ force: true });
    }
  }

  /** What a request to a URL gives there. */
  const ask = (namespace: string, url: string) => run(namespace, asking(url));

  test('reaches a Service by all of its names, on its own port', async () => {
    for (const name of ['app', 'app.team-a', 'app.team-a.svc', 'app.team-a.svc.cluster.local']) {
      await eventually(`${name} answers`, async () =>
        /^200 app-/.test(await ask('team-a', `http://${name}/`)),
      );
    }
  });

  test("reaches the Gateway by its Envoy Service's name", async () => {
    const { stdout } = await instance.run(['get', 'gateway', 'web', '-n', 'team-a', '-o', 'json']);
    expect(JSON.parse(stdout).status.addresses).not.toEqual([]);
    const [name] = Object.values(
      (await docker.getContainer(`calb-sim-${instance.workspace.instanceName}-team-a-gateway`).inspect())
        .NetworkSettings.Networks,
    ).flatMap(({ Aliases }) => (Aliases ?? []).filter((alias: string) => alias.endsWith('.cluster.local')));
    expect(await ask('team-a', `http://${name}:8080/`)).toMatch(/^200 app-/);
  });

  test('sees each pod of a headless Service', async () => {
    const look = `require('node:dns').promises.resolve4('each.team-a.svc.cluster.local').then((all) => console.log(all.length))`;
    expect(await run('team-a', look)).toBe('2');
  });

  test("reaches neither another tenant's pods nor its names", async () => {
    expect(await ask('team-b', 'http://app.team-a.svc.cluster.local/')).toMatch(/ENOTFOUND|EAI_AGAIN/);
    const { stdout } = await instance.run(['get', 'pods', '-n', 'team-a', '-o', 'json']);
    const [pod] = JSON.parse(stdout).items as { status: { podIP: string } }[];
    expect(await ask('team-b', `http://${pod?.status.podIP}:3000/`)).toMatch(
      /TIMEOUT|EHOSTUNREACH|ENETUNREACH/,
    );
  });

  test('is refused by a Service whose pods are gone, and its name stays', async () => {
    instance.workspace.write('all.yaml', manifests(0));
    await eventually(
      'nobody listens',
      async () => (await ask('team-a', 'http://app.team-a.svc.cluster.local/')) === 'ECONNREFUSED',
    );
  });
});
