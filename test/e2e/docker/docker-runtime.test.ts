import { existsSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { labelKeys } from '../../../src/runtime/docker/ownership/labels.ts';
import { type DockerInstance, startDockerInstance } from '../../fixtures/docker-instance.ts';
import { skipWithoutEnvoy } from '../../fixtures/envoy.ts';
import { get, until } from '../../fixtures/process-instance.ts';
import { connectProgram, DockerTenant, freshPort } from '../support/docker-tenant.ts';
import { eventually } from '../support/eventually.ts';
import { describeWithDockerAnd } from '../support/with-docker.ts';

const reason = skipWithoutEnvoy ? 'there is no Envoy' : undefined;
describeWithDockerAnd('Tests of the runtime of containers', reason)('Docker runtime', () => {
  let instance: DockerInstance;
  let a: DockerTenant;
  let b: DockerTenant;
  beforeAll(async () => {
    instance = await startDockerInstance();
    [a, b] = await Promise.all([
      DockerTenant.start(instance, 'team-a'),
      DockerTenant.start(instance, 'team-b'),
    ]);
  });
  afterAll(async () => {
    expect(await instance?.close()).toEqual({ containers: 0, networks: 0 });
  });

  it('publishes each Gateway on an address of its own, and on localhost', async () => {
    const { status, body } = await get(a.reach.address, a.reach.port, '/x');
    expect(status).toBe(200);
    expect(body).toContain('"pod": "echo"');
    expect(body).toContain('"namespace": "team-a"');
    expect(a.reach.address).toMatch(/^127\./);
    expect(a.reach.address).not.toBe(b.reach.address);
    expect(await get('127.0.0.1', b.reach.port)).toMatchObject({ status: 200 });
    expect(a.bindings[0]).toMatchObject({ bind: [{ address: '0.0.0.0', port: a.ports[0] }] });
  });

  it('tells which container the Envoy is, and gives it none of the rights that it does not need', async () => {
    const [{ container = '' } = {}] = instance.events
      .of('proxy-started')
      .filter(({ tenant }) => tenant === 'team-a');
    const { Config, HostConfig, Mounts, State } = await instance.docker.getContainer(container).inspect();
    expect(State.Running).toBe(true);
    expect(Config.User).toBe('65532:65532');
    expect(HostConfig).toMatchObject({
      ...{ ReadonlyRootfs: true, CapDrop: ['ALL'], SecurityOpt: ['no-new-privileges:true'] },
      ...{ AutoRemove: true, PidMode: expect.stringMatching(/^container:/) },
    });
    expect(HostConfig.CapAdd ?? []).toEqual([]);
    expect(HostConfig.Memory).toBeGreaterThan(0);
    expect(HostConfig.PidsLimit).toBeGreaterThan(0);
    expect(Mounts.filter(({ Source }) => Source.includes('docker.sock'))).toEqual([]);
    expect(Config.Labels).toMatchObject({
      [labelKeys.instance]: instance.name,
      [labelKeys.tenant]: 'team-a',
      [labelKeys.role]: 'proxy',
      [labelKeys.ownerPid]: String(process.pid),
    });
  });

  it('shows the bootstrap, which holds a token, neither in the engine nor in the list of processes', async () => {
    const { docker } = instance;
    const description = await docker.getContainer(a.envoy).inspect();
    expect(JSON.stringify(description)).not.toContain('healthz');
    const { Processes } = await docker.getContainer(a.envoy).top();
    expect(JSON.stringify(Processes)).not.toContain('healthz');
  });

  it("passes Envoy's health events on with its container, and keeps its access log on this machine", async () => {
    const { line, container } = await instance.events.waitFor(
      'proxy-health-line',
      (event) => event.tenant === 'team-a' && event.line.includes('add_healthy_event'),
    );
    expect(JSON.parse(line)).toMatchObject({ cluster_name: 'pods' });
    expect(container?.startsWith(a.envoy)).toBe(true);
    const { accessLog, adminSocket } = instance.runtime.filesOf('team-a');
    await get(a.reach.address, a.reach.port, '/to-be-logged');
    await eventually(
      'the request is logged',
      () => existsSync(accessLog) && readFileSync(accessLog, 'utf8').includes('/to-be-logged'),
    );
    expect(readFileSync(accessLog, 'utf8')).not.toContain('health_checker_type');
    expect(existsSync(adminSocket)).toBe(true);
  });

  it('keeps tenants apart: neither pods nor names of one are reached from the other', async () => {
    const own = await a.run('echo', connectProgram(a.podAddress('echo'), 3000));
    expect(own).toBe('connected');
    expect(await a.run('echo', connectProgram(b.podAddress('echo'), 3000))).toBe('hangs');
    expect(await a.run('echo', connectProgram('my-gateway.team-b.svc.cluster.local', 80))).toMatch(
      /ENOTFOUND|EAI_AGAIN/,
    );
  });

  it("lets other containers of the network reach the Gateway by its Service's names", async () => {
    const [port = 0] = a.ports;
    for (const name of ['my-gateway', 'my-gateway.team-a', 'my-gateway.team-a.svc.cluster.local']) {
      expect(await a.run('echo', connectProgram(name, port)), name).toBe('connected');
    }
    const admin = await a.run('echo', connectProgram('my-gateway', 9901));
    expect(admin).toBe('ECONNREFUSED');
  });

  it('connects an Envoy to another namespace and disconnects it, without taking it away', async () => {
    const upstream = b.podAddress('echo');
    const c = await DockerTenant.start(instance, 'team-c', { upstream });
    const isUnreached = () => get(c.reach.address, c.reach.port);
    await until(isUnreached, ({ status }) => status === 503);
    const before = c.envoy;
    const reaching = c.proxy({ upstream, network: { reaches: ['team-b'] } });
    await instance.runtime.execute([{ type: 'connect-proxy', proxy: reaching, cause: 3 }]);
    expect((await c.answers()).body).toContain('"namespace": "team-b"');
    await instance.runtime.execute([{ type: 'connect-proxy', proxy: c.proxy({ upstream }), cause: 4 }]);
    const { NetworkSettings } = await instance.docker
      .getContainer(`calb-sim-${instance.name}-team-c-gateway`)
      .inspect();
    expect(Object.keys(NetworkSettings.Networks)).toEqual([`calb-sim-${instance.name}-team-c`]);
    expect(c.envoy).toBe(before);
    await instance.runtime.execute([{ type: 'stop-proxy', tenant: 'team-c', cause: 5 }]);
    expect(await get(c.reach.address, c.reach.port)).toMatchObject({ status: 'ECONNREFUSED' });
  });

  it('publishes port 80, which this user may not be allowed to listen on', async () => {
    const d = await DockerTenant.start(instance, 'team-d', { ports: [80] });
    expect(d.reach.port).toBe(80);
    expect(await get(d.reach.address, 80)).toMatchObject({ status: 200 });
    await instance.runtime.execute([{ type: 'stop-proxy', tenant: 'team-d', cause: 5 }]);
  });

  it('starts a pod and an Envoy in place of containers that a dead instance left under their names', async () => {
    const { docker, images } = instance;
    const labels = {
      ...(await docker.getContainer(a.envoy).inspect()).Config.Labels,
      [labelKeys.ownerPid]: '1',
      [labelKeys.ownerStart]: 'another boot',
    };
    for (const what of ['guard', 'gateway', 'envoy', 'echo']) {
      await docker.createContainer({
        ...{ name: `calb-sim-${instance.name}-team-e-${what}`, Image: images.node, Labels: labels },
      });
    }
    await docker.createNetwork({ Name: `calb-sim-${instance.name}-team-e`, Labels: labels });
    await DockerTenant.start(instance, 'team-e', { ports: [freshPort()] });
    const left = await docker.listNetworks({ filters: { name: [`calb-sim-${instance.name}-team-e`] } });
    expect(left).toHaveLength(1);
  });
});
