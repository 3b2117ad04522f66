import { once } from 'node:events';
import { appendFileSync, existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { maxAccessLogBytes } from '../../../src/runtime/process/access-log-keeper.ts';
import { processCommand, processStartTime } from '../../../src/runtime/process/process-identity.ts';
import { registeredProcesses } from '../../../src/runtime/process/process-register.ts';
import type { DesiredPod, Operation } from '../../../src/runtime/runtime.ts';
import { skipWithoutEnvoy } from '../../fixtures/envoy.ts';
import { noNetwork } from '../../fixtures/no-network.ts';
import { buildPodHost } from '../../fixtures/pod-host.ts';
import { get, startTestInstance, type TestInstance, until } from '../../fixtures/process-instance.ts';
import { staticEnvoy } from '../../fixtures/static-envoy.ts';

function pod(name: string, more: Partial<DesiredPod> = {}): DesiredPod {
  const env = { POD_NAME: name, NAMESPACE: 'team-a' };
  return { namespace: 'team-a', name, app: 'echo', env, ports: [], files: {}, ...more };
}

const startPod = (wanted: DesiredPod): Operation => ({ type: 'start-pod', pod: wanted, cause: 1 });

describe.skipIf(skipWithoutEnvoy)('process runtime', () => {
  let host: Awaited<ReturnType<typeof buildPodHost>>;
  let instance: TestInstance;
  beforeAll(async () => {
    host = await buildPodHost();
  });
  afterAll(() => host[Symbol.dispose]());
  beforeEach(async () => {
    instance = await startTestInstance(host.script);
  });
  afterEach(() => instance.close());

  const addressOf = (name: string) =>
    instance.runtime.observe().pods.find((observed) => observed.name === name)?.address ?? 'none';

  async function startProxy(concurrency = 1) {
    const { runtime } = instance;
    const [binding] = await runtime.reserve([{ gateway: 'team-a/web', tenant: 'team-a', port: 18_080 }]);
    const bootstrap = staticEnvoy(runtime, 'team-a', {
      listen: binding?.bind ?? [],
      upstreams: [{ address: addressOf('echo-1'), port: 3000 }],
    });
    const proxy = { tenant: 'team-a', bootstrap, concurrency, network: noNetwork };
    await runtime.execute([{ type: 'start-proxy', proxy, cause: 2 }]);
    const reach = binding?.reach ?? { address: '', port: 0 };
    await until(
      () => get(reach.address, reach.port),
      ({ status }) => status === 200,
    );
    return { reach, proxy, binding };
  }

  it('runs pods on addresses of their own and an Envoy in front of them', async () => {
    await instance.runtime.execute([startPod(pod('echo-1')), startPod(pod('echo-2'))]);
    expect(addressOf('echo-1')).toMatch(/^127\./);
    expect(addressOf('echo-1')).not.toBe(addressOf('echo-2'));
    const { reach, binding } = await startProxy();
    expect((await get(reach.address, reach.port, '/x')).body).toContain('"pod": "echo-1"');
    expect(binding?.localhost).toBe(true);
    expect((await get('127.0.0.1', reach.port)).status).toBe(200);
    expect(instance.events).toContainEqual(
      expect.objectContaining({ type: 'proxy-started', tenant: 'team-a', cause: 2 }),
    );
  });

  it('keeps the bootstrap off the command line and unreadable for others', async () => {
    await instance.runtime.execute([startPod(pod('echo-1'))]);
    await startProxy();
    const pid = instance.runtime.observe().proxies[0]?.pid ?? 0;
    const file = /-c (\S+)/.exec(processCommand(pid))?.[1] ?? '';
    expect(processCommand(pid)).not.toContain('healthz');
    expect(readFileSync(file, 'utf8')).toContain('healthz');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it("passes Envoy's health events on as lines", async () => {
    await instance.runtime.execute([startPod(pod('echo-1'))]);
    await startProxy();
    await instance.waitFor('proxy-health-line', ({ line }) => line.includes('add_healthy_event'));
    const stop = { type: 'stop-pod', namespace: 'team-a', name: 'echo-1', cause: 3 } as const;
    await instance.runtime.execute([stop]);
    const { line } = await instance.waitFor('proxy-health-line', (event) =>
      event.line.includes('eject_unhealthy_event'),
    );
    expect(JSON.parse(line)).toMatchObject({ cluster_name: 'pods' });
  });

  it('starts an Envoy again that was killed', async () => {
    await instance.runtime.execute([startPod(pod('echo-1'))]);
    const { reach } = await startProxy();
    const pid = instance.runtime.observe().proxies[0]?.pid ?? 0;
    process.kill(pid, 'SIGKILL');
    const exited = await instance.waitFor('proxy-exited');
    expect(exited).toMatchObject({ signal: 'SIGKILL', willRestart: true });
    await until(
      () => get(reach.address, reach.port),
      ({ status }) => status === 200,
    );
    expect(instance.runtime.observe().proxies[0]?.pid).not.toBe(pid);
  });

  it('tells why an Envoy ends that refuses its bootstrap, and ends it for good when asked', async () => {
    const proxy = { tenant: 'team-a', bootstrap: '{"nonsense": 1}', concurrency: 1, network: noNetwork };
    await instance.runtime.execute([{ type: 'start-proxy', proxy, cause: 1 }]);
    const { log } = await instance.waitFor('proxy-exited');
    expect(log.join('\n')).toContain('nonsense');
    await instance.runtime.execute([{ type: 'stop-proxy', tenant: 'team-a', cause: 2 }]);
    expect(instance.runtime.observe().proxies).toEqual([]);
  });

  it('replaces an Envoy whose bootstrap changed', async () => {
    await instance.runtime.execute([startPod(pod('echo-1'))]);
    const { reach, proxy } = await startProxy();
    const pid = instance.runtime.observe().proxies[0]?.pid ?? 0;
    const replace = {
      type: 'replace-proxy',
      proxy: { ...proxy, concurrency: 2 },
      reason: '',
      cause: 9,
    } as const;
    await instance.runtime.execute([replace]);
    await until(
      () => get(reach.address, reach.port),
      ({ status }) => status === 200,
    );
    const [now] = instance.runtime.observe().proxies;
    expect(now?.concurrency).toBe(2);
    expect(now?.pid).not.toBe(pid);
    expect(processStartTime(pid)).toBeUndefined();
  });

  it('brings all pods and Services back at the same addresses when their host dies', async () => {
    const { runtime } = instance;
    await runtime.execute([startPod(pod('echo-1'))]);
    const address = addressOf('echo-1');
    const ports = [{ port: 3000, targets: [{ address, port: 3000 }] }];
    const service = { namespace: 'team-a', name: 'echo', ports };
    await runtime.execute([{ type: 'put-service', service, cause: 1 }]);
    const serviceAddress = runtime.observe().services[0]?.address ?? '';
    expect((await get(serviceAddress, 3000)).status).toBe(200);
    process.kill(findHostPid(instance.claim.runFolder), 'SIGKILL');
    await instance.waitFor('pod-stopped', ({ willRestart }) => willRestart);
    expect(runtime.observe().pods[0]?.ready).toBe(false);
    await until(
      () => runtime.observe().pods[0]?.ready,
      (ready) => ready === true,
    );
    expect(addressOf('echo-1')).toBe(address);
    await until(
      () => get(serviceAddress, 3000),
      ({ status }) => status === 200,
    );
  });

  it('hands connections of a Service to its pods in turn and refuses without one', async () => {
    const { runtime } = instance;
    await runtime.execute([startPod(pod('echo-1')), startPod(pod('echo-2'))]);
    const targets = ['echo-1', 'echo-2'].map((name) => ({ address: addressOf(name), port: 3000 }));
    const put = (to: typeof targets) =>
      runtime.execute([
        {
          type: 'put-service',
          service: { namespace: 'team-a', name: 'echo', ports: [{ port: 3000, targets: to }] },
          cause: 1,
        },
      ]);
    await put(targets);
    const address = runtime.observe().services[0]?.address ?? '';
    const bodies = [await get(address, 3000), await get(address, 3000)].map(({ body }) => body).join();
    expect(bodies).toContain('"pod": "echo-1"');
    expect(bodies).toContain('"pod": "echo-2"');
    await put([]);
    expect((await get(address, 3000)).status).toBe('ECONNREFUSED');
    await put(targets.slice(0, 1));
    expect((await get(address, 3000)).status).toBe(200);
    expect(runtime.observe().services[0]?.address).toBe(address);
  });

  it('gives a pod its own address in its environment', async () => {
    const wanted = pod('echo-1', { env: { POD_NAME: 'echo-1', SERVICE_NAME: 'at-$(status.podIP)' } });
    await instance.runtime.execute([startPod(wanted)]);
    const { body } = await get(addressOf('echo-1'), 3000);
    expect(body).toContain(`at-${addressOf('echo-1')}`);
  });

  it('keeps access logs small', async () => {
    await instance.runtime.execute([startPod(pod('echo-1'))]);
    const { reach } = await startProxy();
    const log = instance.runtime.accessLogPath('team-a');
    appendFileSync(log, Buffer.alloc(maxAccessLogBytes, 'x'));
    await until(
      () => existsSync(`${log}.1`),
      (isRotated) => isRotated,
    );
    // Envoy goes on in the new file.
    await until(
      async () => {
        await get(reach.address, reach.port, '/after');
        return existsSync(log) ? readFileSync(log, 'utf8') : '';
      },
      (text) => text.includes('/after'),
    );
    expect(statSync(log).size).toBeLessThan(100_000);
  });

  it('tells who keeps a pod from starting, and starts it when the port is free', async () => {
    // A port of its own: on 3000 it would keep the pods of other instances from starting, too.
    const wanted = pod('echo-1', { env: { HTTP_PORT: '18931', H2C_PORT: '18932' } });
    const blocker = createServer().listen(18_931, '0.0.0.0');
    try {
      await once(blocker, 'listening');
      await instance.runtime.execute([startPod(wanted)]);
      const problem = await instance.waitFor('runtime-problem');
      expect(problem.message).toContain('Pod team-a/echo-1 cannot start');
      expect(problem.message).toContain(`held by pid ${process.pid}`);
      expect(problem.message).toContain('listening on 0.0.0.0:18931');
      expect(instance.runtime.observe().pods).toMatchObject([{ name: 'echo-1', ready: false }]);
    } finally {
      blocker.close();
    }
    await instance.waitFor('pod-started');
    expect((await get(addressOf('echo-1'), 18_931)).status).toBe(200);
  });

  it('gives a pod the next address when another program has its port there', async () => {
    await instance.runtime.execute([startPod(pod('echo-1'))]);
    const address = addressOf('echo-1');
    const stop = { type: 'stop-pod', namespace: 'team-a', name: 'echo-1', cause: 1 } as const;
    await instance.runtime.execute([stop]);
    const blocker = createServer().listen(3000, address);
    try {
      await once(blocker, 'listening');
      await instance.runtime.execute([startPod(pod('echo-1'))]);
      expect(addressOf('echo-1')).not.toBe(address);
      expect((await get(addressOf('echo-1'), 3000)).status).toBe(200);
    } finally {
      blocker.close();
    }
  });

  it('starts thirty pods at once', async () => {
    const pods = Array.from({ length: 30 }, (_, index) => startPod(pod(`echo-${index}`)));
    await instance.runtime.execute(pods);
    expect(instance.runtime.observe().pods.every(({ ready }) => ready)).toBe(true);
  });

  it('runs all on 127.0.0.1 where there is no other address', async () => {
    const single = await startTestInstance(host.script, { isSingleAddress: true });
    try {
      await single.runtime.execute([
        startPod(pod('echo-1')),
        startPod(pod('echo-2')),
        startPod(pod('bin', { app: 'httpbin', ports: [80] })),
      ]);
      const ports: number[] = [];
      for (const observed of single.runtime.observe().pods) {
        expect(observed).toMatchObject({ address: '127.0.0.1', ready: true });
        const declared = observed.name === 'bin' ? 80 : 3000;
        const real = observed.movedPorts?.[declared] ?? declared;
        ports.push(real);
        expect((await get('127.0.0.1', real)).status).toBe(200);
      }
      expect(new Set(ports).size).toBe(3);
    } finally {
      await single.close();
    }
  });

  it('says what it removed and leaves nothing running', async () => {
    await instance.runtime.execute([startPod(pod('echo-1'))]);
    await startProxy();
    const pid = instance.runtime.observe().proxies[0]?.pid ?? 0;
    const hostPid = findHostPid(instance.claim.runFolder);
    const counts = await instance.runtime.close({ force: false });
    expect(counts).toEqual({ proxies: 1, pods: 1, services: 0 });
    expect(processStartTime(pid)).toBeUndefined();
    expect(processStartTime(hostPid)).toBeUndefined();
    expect(await instance.runtime.close({ force: true })).toEqual(counts);
    instance.claim.release();
    expect(existsSync(instance.claim.runFolder)).toBe(false);
  });
});

function findHostPid(runFolder: string): number {
  const host = registeredProcesses(runFolder).find(({ kind }) => kind === 'host');
  if (host === undefined) throw new Error('no host is written down');
  return host.pid;
}
