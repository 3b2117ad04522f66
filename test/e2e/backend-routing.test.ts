import { afterAll, beforeAll, expect, test } from 'vitest';
import { echoed } from './support/http-request.ts';
import { type Instance, startInstance } from './support/instance.ts';
import { describeWithEnvoy } from './support/with-envoy.ts';

describeWithEnvoy('a Backend with an address that is not this machine', () => {
  let instance: Instance;
  beforeAll(async () => {
    instance = await startInstance('backend-routing');
  });
  afterAll(() => instance?.stop());

  test('is simulated by a pod that answers in its place', async () => {
    const answer = echoed(await instance.request({ path: '/any', host: 'www.example.com' }));
    expect(answer).toMatchObject({ path: '/any', host: 'www.example.com', namespace: 'team-a' });
    expect(answer.pod).toMatch(/cycloud-test/);
  });

  test('is shown in events as it was declared', async () => {
    const from = instance.stream.mark;
    await instance.request({ path: '/declared', host: 'www.example.com' });
    const seen = await instance.stream.waitFor('Request', {
      from,
      where: ({ path }) => path === '/declared',
    });
    expect(seen.endpoint).toBe('192.168.0.1:8080');
  });
});
