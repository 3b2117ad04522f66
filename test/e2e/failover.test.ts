import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from './support/eventually.ts';
import { type Instance, type InstanceRequest, startInstance } from './support/instance.ts';
import { runtimeUnderTest } from './support/runtime-under-test.ts';
import { SteadyLoad } from './support/steady-load.ts';
import { describeWithEnvoy } from './support/with-envoy.ts';

const demo: InstanceRequest = { path: '/test', host: 'www.example.com' };
const endpoint = 'active.team-b.svc.cluster.local:3000';

function setReplicas(instance: Instance, replicas: number): void {
  instance.workspace.edit('active.yaml', (text) => text.replace(/replicas: \d/, `replicas: ${replicas}`));
}

/** Waits until ten requests in a row were answered by pods of this name. */
async function tenFrom(instance: Instance, prefix: string): Promise<void> {
  await eventually(`ten answers in a row from ${prefix}…`, async () => {
    const pods = await instance.pods(10, demo);
    if (!pods.every((pod) => pod.startsWith(prefix))) throw new Error(pods.join(' '));
    return true;
  });
}

/** Requests that are under way when the first one fails: with containers there is one hop more. */
const mayFail = runtimeUnderTest === 'docker' ? 5 : 2;

describeWithEnvoy('failover with active and passive health checks', () => {
  let instance: Instance;
  beforeAll(async () => {
    instance = await startInstance('failover');
  });
  afterAll(() => instance?.stop());

  test('at first all requests go to the active pod', async () => {
    const pods = await instance.pods(10, demo);
    expect(new Set(pods).size).toBe(1);
    expect(pods[0]).toMatch(/^active-[a-z0-9]+-[a-z0-9]{5}$/);
  });

  test('replicas 0 is told as check failed, unhealthy, traffic moved, in this order and each with its cause', async () => {
    const from = instance.stream.mark;
    setReplicas(instance, 0);
    const { stream } = instance;
    const ofActive = (event: { readonly endpoint: string }) => event.endpoint === endpoint;
    const saved = await stream.waitFor('FilesChanged', { from });
    const stopped = await stream.waitFor('PodStopped', { from });
    const failed = await stream.waitFor('HealthCheckFailed', { from, where: ofActive });
    const unhealthy = await stream.waitFor('EndpointUnhealthy', { from, where: ofActive });
    const shifted = await stream.waitFor('TrafficShifted', { from });
    const order = [saved, stopped, failed, unhealthy, shifted].map(({ seq }) => seq);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(stopped.cause).toBe(saved.seq);
    expect(chainOf(instance, shifted.seq)).toContain(saved.seq);
    expect(shifted).toMatchObject({ tenant: 'team-b' });
    expect(shifted.route).toContain('ha-example');
    expect(shifted.to).toContain('passive');
  });

  test('then all requests go to the passive pod', async () => {
    const pods = await instance.pods(10, demo);
    expect(pods.filter((pod) => !pod.startsWith('passive-'))).toEqual([]);
  });

  test('replicas 1 brings the traffic back', async () => {
    const from = instance.stream.mark;
    setReplicas(instance, 1);
    await instance.stream.waitFor('PodStarted', { from, where: (event) => event.pod.includes('active-') });
    await tenFrom(instance, 'active-');
    await instance.stream.waitFor('TrafficShifted', { from, where: ({ to }) => to.includes('active') });
  });

  test('under traffic the first failed request ejects the endpoint, and next to no request fails on the way there and back', async () => {
    const from = instance.stream.mark;
    const { address, port } = instance.url();
    const load = new SteadyLoad(50, () => ({ ...demo, address, port }));
    setReplicas(instance, 0);
    const ejected = await instance.stream.waitFor('EndpointEjected', { from, timeoutMs: 30_000 });
    expect(ejected).toMatchObject({ endpoint, tenant: 'team-b' });
    expect(ejected.reason).toMatch(/^consecutive_/);
    await instance.stream.waitFor('TrafficShifted', { from, where: ({ to }) => to.includes('passive') });
    setReplicas(instance, 1);
    await instance.stream.waitFor('TrafficShifted', {
      from,
      where: ({ to }) => to.includes('active'),
      timeoutMs: 40_000,
    });
    const report = await load.stop();
    const failed = report.sent - (report.statuses['200'] ?? 0);
    expect(failed, JSON.stringify(report)).toBeLessThanOrEqual(mayFail);
    await tenFrom(instance, 'active-');
  });
});

describeWithEnvoy('failover without the health check', () => {
  let instance: Instance;
  beforeAll(async () => {
    instance = await startInstance('failover');
    await instance.applied('team-b', () => instance.workspace.remove('health-check.yaml'));
  });
  afterAll(() => instance?.stop());

  test('the same edit is answered 503 to everything, because only the health check moves traffic', async () => {
    await instance.untilStatus(200, demo);
    const from = instance.stream.mark;
    setReplicas(instance, 0);
    await instance.stream.waitFor('PodStopped', { from });
    await instance.untilStatus(503, demo);
    for (let i = 0; i < 10; i++) expect((await instance.request(demo)).status).toBe(503);
    setReplicas(instance, 1);
    await tenFrom(instance, 'active-');
  });
});

/** Numbers of all events that led to an event. */
function chainOf(instance: Instance, seq: number): readonly number[] {
  const bySeq = new Map(instance.stream.events.map((event) => [event.seq, event]));
  const chain: number[] = [];
  for (let next = bySeq.get(seq)?.cause; next !== undefined; next = bySeq.get(next)?.cause) chain.push(next);
  return chain;
}
