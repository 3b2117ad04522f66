import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type DockerInstance, startDockerInstance } from '../../fixtures/docker-instance.ts';
import { skipWithoutEnvoy } from '../../fixtures/envoy.ts';
import { get, until } from '../../fixtures/process-instance.ts';
import { DockerTenant, freshPort } from '../support/docker-tenant.ts';
import { SteadyLoad } from '../support/steady-load.ts';
import { describeWithDockerAnd } from '../support/with-docker.ts';

/** What a busy machine may add to a moment in which nobody listens, milliseconds. */
const generousMs = 1000;

const reason = skipWithoutEnvoy ? 'there is no Envoy' : undefined;
describeWithDockerAnd('Tests of published ports', reason)('Published ports', () => {
  let instance: DockerInstance;
  let tenant: DockerTenant;
  const [first, second, third] = [freshPort(), freshPort(), freshPort()];
  beforeAll(async () => {
    instance = await startDockerInstance();
    tenant = await DockerTenant.start(instance, 'ports', { ports: [first] });
  });
  afterAll(async () => {
    expect(await instance?.close()).toEqual({ containers: 0, networks: 0 });
  });

  it('replaces an Envoy beside the first one, and loses next to nothing', async () => {
    const before = tenant.envoy;
    const load = new SteadyLoad(100, () => tenant.reach);
    // It listens on what will be published later, too.
    const proxy = tenant.proxy({ mark: 'second', inside: [first, second, third] });
    await instance.runtime.execute([{ type: 'replace-proxy', proxy, reason: 'bootstrap changed', cause: 7 }]);
    await until(
      () => load.sent,
      (sent) => sent > 250,
    );
    const { failures, statuses, sent } = await load.stop();
    const replaced = await instance.events.waitFor('proxy-replaced');
    expect(replaced).toMatchObject({ tenant: 'ports', reason: 'bootstrap changed', cause: 7 });
    expect(replaced.awayMs).toBeLessThan(generousMs);
    expect(replaced.container?.startsWith(tenant.envoy)).toBe(true);
    expect(tenant.envoy).not.toBe(before);
    expect(failures.length, JSON.stringify(failures)).toBeLessThanOrEqual(2);
    expect(statuses[200]).toBe(sent - failures.length);
    expect(instance.events.of('proxy-exited')).toEqual([]);
  });

  it('stays with the first Envoy when another one does not get ready', async () => {
    const before = tenant.envoy;
    const broken = { ...tenant.proxy(), bootstrap: '{"nonsense": 1}' };
    await instance.runtime.execute([{ type: 'replace-proxy', proxy: broken, reason: 'bad', cause: 8 }]);
    const problem = await instance.events.waitFor('runtime-problem');
    expect(problem.message).toContain('nonsense');
    expect(await get(tenant.reach.address, first)).toMatchObject({ status: 200 });
    expect(tenant.envoy).toBe(before);
    const proxy = tenant.proxy({ mark: 'second', inside: [first, second, third] });
    await instance.runtime.execute([{ type: 'replace-proxy', proxy, reason: 'mended', cause: 9 }]);
    expect(await get(tenant.reach.address, first)).toMatchObject({ status: 200 });
  });

  it('publishes another port without taking those away that are there', async () => {
    const load = new SteadyLoad(100, () => ({ address: tenant.reach.address, port: first }));
    const bindings = await tenant.reserve([first, second]);
    const proxy = tenant.proxy({ mark: 'second', inside: [first, second, third] });
    await instance.runtime.execute([{ type: 'connect-proxy', proxy, cause: 10 }]);
    const added = bindings.find(({ port }) => port === second);
    await tenant.answers(added?.reach);
    expect(await get('127.0.0.1', second)).toMatchObject({ status: 200 });
    await until(
      () => load.sent,
      (sent) => sent > 100,
    );
    const { failures, statuses, sent } = await load.stop();
    expect(failures).toEqual([]);
    expect(statuses).toEqual({ 200: sent });
  });

  it('gives a port up that is no longer wanted', async () => {
    await tenant.reserve([first]);
    const proxy = tenant.proxy({ mark: 'second', inside: [first, second, third] });
    await instance.runtime.execute([{ type: 'connect-proxy', proxy, cause: 11 }]);
    expect(await get('127.0.0.1', second)).toMatchObject({ status: 'ECONNREFUSED' });
    const server = createServer().listen({ host: '127.0.0.1', port: second });
    await once(server, 'listening');
    server.close();
  });

  it('names all who have the ports that are wanted, containers and programs, before anything is made', async () => {
    const { docker, images } = instance;
    const [ofContainer, ofProgram, free] = [freshPort(), freshPort(), freshPort()];
    const container = await docker.createContainer({
      ...{
        name: `calb-sim-${instance.name}-stranger`,
        Image: images.node,
        Cmd: ['-e', 'setInterval(()=>{},1e9)'],
      },
      ExposedPorts: { '80/tcp': {} },
      Labels: { 'io.calb-sim.test': instance.name },
      HostConfig: { PortBindings: { '80/tcp': [{ HostIp: '0.0.0.0', HostPort: String(ofContainer) }] } },
    });
    const server = createServer();
    try {
      await container.start();
      server.listen({ host: '0.0.0.0', port: ofProgram });
      await once(server, 'listening');
      const other = (await instance.containers()).size;
      const wanted = [ofContainer, ofProgram, free].map((port) => {
        return { gateway: 'other/web', tenant: 'other', port };
      });
      const bindings = await instance.runtime.reserve([
        ...wanted,
        { gateway: 'ports/web', tenant: 'ports', port: first },
      ]);
      const conflicts = new Map(bindings.map(({ port, conflict }) => [port, conflict]));
      expect(conflicts.get(ofContainer)).toContain(`container calb-sim-${instance.name}-stranger`);
      expect(conflicts.get(ofProgram)).toContain(`pid ${process.pid}`);
      expect([conflicts.get(free), conflicts.get(first)]).toEqual([undefined, undefined]);
      expect((await instance.containers()).size).toBe(other);
    } finally {
      server.close();
      await container.remove({ force: true, v: true });
    }
  });

  it('looks for another place when somebody was quicker than the engine, and tells it', async () => {
    const port = freshPort();
    const late = await DockerTenant.prepare(instance, 'late', [port]);
    const lost = late.reach;
    const server = createServer().listen({ host: lost.address, port });
    await once(server, 'listening');
    const mark = instance.events.all.length;
    try {
      await instance.runtime.execute([{ type: 'start-proxy', proxy: late.proxy(), cause: 12 }]);
      const changed = await instance.events.waitFor('ports-changed', () => true, mark);
      const binding = changed.bindings.find(({ gateway }) => gateway === 'late/web');
      expect(binding?.conflict).toBeUndefined();
      expect(binding?.reach.address).not.toBe(lost.address);
      late.bindings = binding === undefined ? [] : [binding];
      await instance.runtime.execute([{ type: 'connect-proxy', proxy: late.proxy(), cause: 13 }]);
      await late.answers();
    } finally {
      server.close();
    }
  });
});
