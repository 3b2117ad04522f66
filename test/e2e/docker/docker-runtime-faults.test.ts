import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DockerInstance, startDockerInstance } from '../../fixtures/docker-instance.ts';
import { skipWithoutEnvoy } from '../../fixtures/envoy.ts';
import { get, until } from '../../fixtures/process-instance.ts';
import { DockerTenant } from '../support/docker-tenant.ts';
import { eventually } from '../support/eventually.ts';
import { describeWithDockerAnd } from '../support/with-docker.ts';

const reason = skipWithoutEnvoy ? 'there is no Envoy' : undefined;
describeWithDockerAnd('Tests of what others do to containers', reason)('What others do to containers', () => {
  let instance: DockerInstance;
  let tenant: DockerTenant;
  const containerName = (what: string) => `calb-sim-${instance.name}-faults-${what}`;
  const problemWith = (text: string, from: number) =>
    instance.events.waitFor('runtime-problem', ({ message }) => message.includes(text), from);
  /** The tenant serves with what was made anew. */
  const servesAgain = async () => {
    await eventually('pod and Envoy are there again', () => {
      const { pods, proxies } = instance.runtime.observe();
      return pods.every(({ ready }) => ready) && proxies.every(({ state }) => state === 'running');
    });
    await tenant.answers();
  };
  beforeAll(async () => {
    instance = await startDockerInstance();
    tenant = await DockerTenant.start(instance, 'faults');
  });
  afterAll(() => instance?.close());

  it('starts an Envoy again that was killed, and says how it ended', async () => {
    const mark = instance.events.all.length;
    const before = tenant.envoy;
    await instance.docker.getContainer(before).kill();
    const exited = await instance.events.waitFor('proxy-exited', () => true, mark);
    expect(exited).toMatchObject({ tenant: 'faults', exitCode: 137, signal: 'SIGKILL', willRestart: true });
    const started = await instance.events.waitFor('proxy-started', () => true, mark);
    expect(started.container?.startsWith(before)).toBe(false);
    await servesAgain();
  });

  it('tells that a container was paused, and leaves it alone', async () => {
    const { docker, events } = instance;
    const mark = events.all.length;
    const before = tenant.envoy;
    await docker.getContainer(before).pause();
    await problemWith('was paused', mark);
    await docker.getContainer(before).unpause();
    await problemWith('goes on', mark);
    await servesAgain();
    expect(tenant.envoy).toBe(before);
  });

  it('makes everything of a tenant anew whose network was removed', async () => {
    const { docker, events } = instance;
    const mark = events.all.length;
    const [network] = await instance.networks();
    if (network === undefined) throw new Error('there is no network');
    const { Containers = {} } = await docker.getNetwork(network.Id).inspect();
    for (const Container of Object.keys(Containers)) {
      await docker
        .getNetwork(network.Id)
        .disconnect({ Container, Force: true })
        .catch(() => undefined);
    }
    await docker
      .getNetwork(network.Id)
      .remove()
      .catch(() => undefined);
    await instance.events.waitFor('runtime-problem', () => true, mark);
    await servesAgain();
    expect(await instance.networks()).toHaveLength(1);
  });

  it('makes everything of a tenant anew whose guard was killed, and tells it once', async () => {
    const mark = instance.events.all.length;
    await instance.docker.getContainer(containerName('guard')).kill();
    await problemWith('Everything of faults ended', mark);
    await servesAgain();
    expect(instance.events.of('runtime-problem', mark)).toHaveLength(1);
  });

  it('counts what it removes, and disconnects a container of somebody else from its network', async () => {
    const { docker, images, runtime, events } = instance;
    const [network] = await instance.networks();
    const stranger = await docker.createContainer({
      ...{
        name: `calb-sim-${instance.name}-visitor`,
        Image: images.node,
        Cmd: ['-e', 'setInterval(()=>{},1e9)'],
      },
      HostConfig: { NetworkMode: network?.Name ?? '' },
    });
    try {
      await stranger.start();
      const mark = events.all.length;
      const there = (await instance.containers()).size;
      const { address, port } = tenant.reach;
      const closing = runtime.close({ force: false });
      // Somebody who is in a hurry asks twice: both are answered, with the same figures.
      const [removed, again] = await Promise.all([closing, runtime.close({ force: true })]);
      expect(removed).toMatchObject({ proxies: 1, pods: 1, containers: there, networks: 1 });
      expect(again).toEqual(removed);
      expect(events.of('runtime-problem', mark).map(({ message }) => message)).toEqual([
        expect.stringContaining(`calb-sim-${instance.name}-visitor`),
      ]);
      expect((await stranger.inspect()).State.Running).toBe(true);
      expect((await instance.containers()).size).toBe(0);
      expect(await instance.networks()).toEqual([]);
      await until(
        () => get(address, port),
        ({ status }) => status === 'ECONNREFUSED',
      );
    } finally {
      await stranger.remove({ force: true, v: true });
    }
  });
});
