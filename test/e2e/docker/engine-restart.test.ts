import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DockerInstance, startDockerInstance } from '../../fixtures/docker-instance.ts';
import { skipWithoutEnvoy } from '../../fixtures/envoy.ts';
import { connectProgram, DockerTenant, freshPort } from '../support/docker-tenant.ts';
import { eventually } from '../support/eventually.ts';
import { missingSecondEngine, type SecondEngine, startSecondEngine } from '../support/second-engine.ts';
import { describeWithDockerAnd } from '../support/with-docker.ts';

const reason = skipWithoutEnvoy ? 'there is no Envoy' : missingSecondEngine();
describeWithDockerAnd('Tests of engines that stop', reason)('An engine that stops', () => {
  let engine: SecondEngine;
  let instance: DockerInstance;
  let tenant: DockerTenant;
  const port = freshPort();
  beforeAll(async () => {
    engine = await startSecondEngine({ disk: '900m' });
    instance = await startDockerInstance(engine.socket);
    tenant = await DockerTenant.prepare(instance, 'restart', [port]);
    await startEnvoy();
  }, 120_000);
  afterAll(async () => {
    try {
      await instance?.close();
    } finally {
      await engine?.stop();
    }
  });

  async function startEnvoy(): Promise<void> {
    await instance.runtime.execute([{ type: 'start-proxy', proxy: tenant.proxy(), cause: 2 }]);
    await eventually(
      'Envoy takes connections',
      async () => (await tenant.run('echo', connectProgram('my-gateway', port))) === 'connected',
    );
  }

  /** Stops it, starts it, and has made anew what ran, as the session does. */
  async function restart(signal: NodeJS.Signals): Promise<void> {
    const { runtime, events } = instance;
    const mark = events.all.length;
    const before = new Set([...(await instance.containers()).values()].map(({ Id }) => Id));
    await engine.interrupt(signal);
    await events.waitFor('engine-lost', () => true, mark);
    expect(runtime.observe()).toEqual({ proxies: [], pods: [], services: [] });
    await engine.resume();
    const back = await events.waitFor('engine-back', () => true, mark);
    expect(back.awayMs).toBeGreaterThan(0);
    expect(events.of('engine-lost', mark)).toHaveLength(1);
    // An engine that was killed may never get rid of what outlived it; it must not run on.
    const running = async () =>
      [...(await instance.containers())].filter(([, { State }]) => State === 'running');
    await eventually(
      'what outlived the engine has ended',
      async () => (await running()).every(([, { Id }]) => !before.has(Id)),
      60_000,
    );
    await tenant.startPod('echo');
    await tenant.reserve([port]);
    await startEnvoy();
    const names = (await running()).map(([name]) => name.replace(/-[0-9a-f]{4}$/, ''));
    expect(names.sort()).toEqual(['restart-echo', 'restart-envoy', 'restart-gateway', 'restart-guard']);
    if (signal === 'SIGTERM') expect(await instance.networks()).toHaveLength(1);
    expect(events.of('runtime-problem', mark)).toEqual([]);
  }

  it('is told of once when it is stopped, and everything is made anew when it is back', async () => {
    await restart('SIGTERM');
  }, 150_000);

  it('leaves nothing twice when it is killed, though containers outlive it', async () => {
    await restart('SIGKILL');
  }, 150_000);
});
