import type Dockerode from 'dockerode';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connectEngine } from '../../../src/runtime/docker/engine/connect-engine.ts';
import { ensureNodeImage } from '../../../src/runtime/docker/images/own-images.ts';
import { skipWithoutEnvoy } from '../../fixtures/envoy.ts';
import { eventually } from '../support/eventually.ts';
import { type Instance, startInstance } from '../support/instance.ts';
import { gateway, httpRoute, type Manifest, toYaml } from '../support/manifests.ts';
import { removeFromEngine } from '../support/runtime-under-test.ts';
import { removeImages } from '../support/test-image.ts';
import { describeWithDockerAnd } from '../support/with-docker.ts';

/** An image that somebody made: Node, under another name. */
const image = `calb-sim-test/script:${process.pid}`;
const missing = `localhost:1/nobody/has-it-${process.pid}:1`;

/** Answers with what it was given: a variable, a file, an argument; at `/place`, with where and as whom it runs. */
const script = `const { readFileSync, readdirSync, statSync, writeFileSync } = require('node:fs');
const place = () => {
  writeFileSync('/scratch/own.txt', 'x');
  const hello = (statSync('/calb/hello.txt').mode & 0o777).toString(8);
  return [process.getuid(), require('node:os').hostname(), readdirSync('/calb'), hello, readdirSync('/scratch')];
};
require('node:http').createServer((request, response) => {
  if (request.url.endsWith('/place')) return response.end(JSON.stringify(place()));
  if (request.url === '/ready') response.statusCode = 200;
  response.end([process.env.WORD, readFileSync('/etc/conf/hello.txt', 'utf8'), process.argv[1]].join(' '));
}).listen(8000);`;

const late = `require('node:http').createServer((request, response) => response.end('its own')).listen(8000);`;

/** Lives until it is told not to. */
const mortal = `let status = 200;
require('node:http').createServer((request, response) => {
  if (request.url.endsWith('/break')) status = 500;
  response.writeHead(request.url === '/alive' ? status : 200).end();
}).listen(8000);`;

interface Container {
  readonly name: string;
  readonly image: string;
  readonly more?: Manifest;
}

function app({ name, image: reference, more = {} }: Container): readonly Manifest[] {
  const metadata = { name, namespace: 'default' };
  const container = { name, image: reference, ports: [{ name: 'web', containerPort: 8000 }], ...more };
  const template = { metadata: { labels: { app: name } }, spec: { containers: [container], volumes } };
  return [
    {
      ...{ apiVersion: 'v1', kind: 'Service', metadata },
      spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 'web' }] },
    },
    {
      ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata },
      spec: { replicas: 1, selector: { matchLabels: { app: name } }, template },
    },
  ];
}

const volumes = [
  { name: 'conf', configMap: { name: 'conf', defaultMode: 0o755 } },
  { name: 'scratch', emptyDir: {} },
];

function rule(name: string): Manifest {
  return {
    matches: [{ path: { type: 'PathPrefix', value: `/${name}` } }],
    backendRefs: [{ name, port: 80 }],
  };
}

const node = '/usr/local/bin/node';
const manifests = toYaml(
  gateway({ name: 'web' }),
  httpRoute({ name: 'all', parent: 'web', rules: ['script', 'crash', 'missing', 'mortal'].map(rule) }),
  {
    ...{ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'conf', namespace: 'default' } },
    data: { 'hello.txt': 'from-a-file' },
  },
  ...app({
    ...{ name: 'script', image },
    more: {
      ...{ command: [node, '-e', script], args: ['$(WORD)-expanded'] },
      env: [{ name: 'WORD', value: 'declared' }],
      securityContext: { runAsUser: 1234 },
      volumeMounts: [
        { name: 'conf', mountPath: '/etc/conf' },
        { name: 'conf', mountPath: '/calb' },
        { name: 'scratch', mountPath: '/scratch' },
      ],
      readinessProbe: { httpGet: { path: '/ready', port: 'web' }, periodSeconds: 1 },
    },
  }),
  ...app({
    ...{ name: 'mortal', image },
    more: {
      command: [node, '-e', mortal],
      readinessProbe: {
        exec: { command: [node, '-e', 'process.exit(process.env.HOSTNAME.startsWith("mortal-") ? 0 : 1)'] },
        ...{ periodSeconds: 1, timeoutSeconds: 5 },
      },
      livenessProbe: { httpGet: { path: '/alive', port: 8000 }, periodSeconds: 1, timeoutSeconds: 3 },
    },
  }),
  ...app({ name: 'crash', image, more: { command: [node, '-e', 'process.exit(3)'] } }),
  ...app({ name: 'missing', image: missing, more: { command: [node, '-e', late] } }),
);

const reason = skipWithoutEnvoy ? 'there is no Envoy' : undefined;
describeWithDockerAnd('Tests of declared images', reason)('Deployments with images of their own', () => {
  let docker: Dockerode;
  let instance: Instance;

  beforeAll(async () => {
    const engine = await connectEngine({ env: process.env });
    docker = engine.docker;
    const { reference } = await ensureNodeImage({ ...engine, env: process.env });
    const [repo = '', tag = ''] = image.split(':');
    await docker.getImage(reference).tag({ repo, tag });
    instance = await startInstance(undefined, {
      files: { 'all.yaml': manifests },
      environment: { CALB_SIM_RUNTIME: 'docker' },
    });
  });
  afterAll(async () => {
    if (instance !== undefined) {
      await instance.stop();
      removeFromEngine(instance.workspace.instanceName);
    }
    await removeImages(docker, [image, missing]);
  });

  test('run as declared: command, arguments, environment and files, ready when the probe says so', async () => {
    const { body } = await instance.untilStatus(200, { path: '/script' });
    expect(body).toBe('declared from-a-file declared-expanded');
  });

  test('run as their user, under their own name, with volumes in place of what the image has there', async () => {
    const { body } = await instance.request({ path: '/script/place' });
    const { stdout } = await instance.run(['get', 'pods', '-o', 'json']);
    const pods = JSON.parse(stdout).items as { metadata: { name: string } }[];
    const name = pods.map(({ metadata }) => metadata.name).find((pod) => pod.startsWith('script-'));
    expect(JSON.parse(body)).toEqual([1234, name, ['hello.txt'], '555', ['own.txt']]);
  });

  test('are started again when they say that they are not alive, and serve again when they say that they are ready', async () => {
    const row = async () =>
      /mortal-\S+ +(\S+ +\S+ +\d+)/.exec((await instance.run(['get', 'pods'])).stdout)?.[1];
    await instance.untilStatus(200, { path: '/mortal' });
    expect(await row()).toMatch(/^1\/1 +Running +0$/);
    await instance.request({ path: '/mortal/break' });
    await eventually('it runs again', async () => /^1\/1 +Running +1$/.test((await row()) ?? ''));
    await instance.untilStatus(200, { path: '/mortal' });
  });

  test('that end at once are started again after pauses, and all others serve on', async () => {
    const pods = await eventually('a pod waits to be started again', async () => {
      const table = (await instance.run(['get', 'pods'])).stdout;
      return /crash-\S+ +0\/1 +CrashLoopBackOff +[2-9]/.test(table) && table;
    });
    expect(pods).toMatch(/script-\S+ +1\/1 +Running +0/);
    const ended = await instance.stream.waitFor('PodStopped', {
      where: ({ pod }) => pod.startsWith('crash-'),
    });
    expect(ended).toMatchObject({ exitCode: 3, willRestart: true });
    expect((await instance.request({ path: '/script' })).status).toBe(200);
  });

  test('that cannot be had are stood in for by echo, and a finding says where and why', async () => {
    const { body } = await instance.untilStatus(200, { path: '/missing' });
    expect(JSON.parse(body)).toMatchObject({ pod: expect.stringMatching(/^missing-/) });
    const said = await instance.stream.waitFor('Diagnostic', { where: ({ code }) => code === 'CALB0501' });
    expect(said).toMatchObject({ severity: 'warning', resource: 'Deployment/default/missing' });
    expect(said.message).toContain(missing);
  });

  test('run as soon as the engine has them', async () => {
    await docker.getImage(image).tag({ repo: missing.slice(0, -2), tag: '1' });
    await eventually('the image runs', async () => {
      return (await instance.request({ path: '/missing' })).body === 'its own';
    });
    await instance.stream.waitFor('Diagnostic', {
      where: ({ code, cleared }) => code === 'CALB0501' && cleared === true,
    });
  });
});
