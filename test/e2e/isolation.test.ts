import { status } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { echoed } from './support/http-request.ts';
import { type Instance, startInstance } from './support/instance.ts';
import { describeWithEnvoy } from './support/with-envoy.ts';
import { askForClusters, credentialsOf } from './support/xds-client.ts';

describeWithEnvoy('tenants', () => {
  let instance: Instance;
  beforeAll(async () => {
    instance = await startInstance('namespace-mode');
  });
  afterAll(() => instance?.stop());

  const editPath = (team: string, from: string, to: string) => () =>
    instance.workspace.edit(`${team}.yaml`, (text) => text.replace(`value: ${from}`, `value: ${to}`));

  test('an edit in one sends nothing to the other', async () => {
    const from = instance.stream.mark;
    await instance.applied('team-a', editPath('team-a', '/example', '/first'));
    await instance.applied('team-a', editPath('team-a', '/first', '/example'));
    // What went to team-b because of the edits above would be acknowledged before this.
    const own = await instance.applied('team-b', editPath('team-b', '/example', '/own'));
    const toTeamB = instance.stream.ofType('ConfigApplied', from).filter(({ tenant }) => tenant === 'team-b');
    expect(toTeamB).toEqual([own]);
    await instance.applied('team-b', editPath('team-b', '/own', '/example'));
  });

  test('an edit of one route sends one resource', async () => {
    const applied = await instance.applied('team-a', editPath('team-a', '/example', '/one'));
    expect(Object.values(applied.changed).reduce((sum, count) => sum + count, 0)).toBe(1);
    await instance.applied('team-a', editPath('team-a', '/one', '/example'));
  });

  test('a client reads the configuration of its own tenant with its own token, and no other', async () => {
    const own = credentialsOf(instance, 'team-a');
    const other = credentialsOf(instance, 'team-b');
    const ask = (authorization: string | undefined, cluster: string) =>
      askForClusters({ credentials: own, authorization, cluster });
    const clusters = await ask(own.authorization, 'team-a');
    expect(clusters).toEqual({ resources: [expect.stringContaining('team-a-backend')] });
    const refused = { refused: expect.toBeOneOf([status.UNAUTHENTICATED, status.PERMISSION_DENIED]) };
    expect(await ask(undefined, 'team-a')).toEqual(refused);
    expect(await ask('Bearer not.a.token', 'team-a')).toEqual(refused);
    expect(await ask(own.authorization, 'team-b')).toEqual(refused);
    expect(await ask(other.authorization, 'team-a')).toEqual(refused);
  });

  test('an Envoy that dies in one is not noticed in the other', async () => {
    const from = instance.stream.mark;
    instance.killEnvoy('team-a');
    await instance.stream.waitFor('ProxyExited', { from, where: ({ tenant }) => tenant === 'team-a' });
    const answer = echoed(
      await instance.request({ gateway: 'gateway-b', path: '/example', host: 'www.team-b.com' }),
    );
    expect(answer.namespace).toBe('team-b');
    await instance.stream.waitFor('ProxyConnected', { from, where: ({ tenant }) => tenant === 'team-a' });
    await instance.untilStatus(200, { gateway: 'gateway-a', path: '/example', host: 'www.team-a.com' });
  });
});
