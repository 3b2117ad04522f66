import { afterAll, beforeAll, expect, test } from 'vitest';
import { echoed } from './support/http-request.ts';
import { type Instance, startInstance } from './support/instance.ts';
import { describeWithEnvoy } from './support/with-envoy.ts';

describeWithEnvoy('one namespace per tenant', () => {
  let instance: Instance;
  beforeAll(async () => {
    instance = await startInstance('namespace-mode');
  });
  afterAll(() => instance?.stop());

  const ask = (team: string, path: string, host = `www.${team}.com`) =>
    instance.request({ gateway: team === 'team-a' ? 'gateway-a' : 'gateway-b', path, host });

  test('every tenant has an Envoy of its own', () => {
    expect(instance.envoyOf('team-a')).not.toBe(instance.envoyOf('team-b'));
    expect(instance.ready.urls.map(({ tenant, port }) => [tenant, port]).sort()).toEqual([
      ['team-a', 8080],
      ['team-b', 8081],
    ]);
  });

  test.each(['team-a', 'team-b'])("the Gateway of %s answers from that tenant's own pod", async (team) => {
    const answer = echoed(await ask(team, '/example'));
    expect(answer.namespace).toBe(team);
    expect(answer.pod).toMatch(new RegExp(`^${team}-backend-`));
  });

  test('a path that no route has is answered 404', async () => {
    expect((await ask('team-a', '/other')).status).toBe(404);
    expect((await ask('team-b', '/other')).status).toBe(404);
  });

  test("a tenant's host name means nothing at the Gateway of another", async () => {
    expect((await ask('team-a', '/example', 'www.team-b.com')).status).toBe(404);
    expect((await ask('team-b', '/example', 'www.team-a.com')).status).toBe(404);
  });
});
