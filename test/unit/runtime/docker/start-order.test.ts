import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Role } from '../../../../src/runtime/docker/ownership/labels.ts';
import { StartOrder } from '../../../../src/runtime/docker/start-order.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Asks for containers in this order, each of which takes 100 ms; answers in which order they were begun, and when. */
async function begun(roles: readonly Role[], processors = 2): Promise<readonly string[]> {
  const order = new StartOrder(processors);
  const log: string[] = [];
  let elapsed = 0;
  const all = roles.map((role) =>
    order.run(role, async () => {
      log.push(`${elapsed} ${role}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }),
  );
  for (; elapsed < 5000; elapsed += 10) await vi.advanceTimersByTimeAsync(10);
  await Promise.all(all);
  return log;
}

test('starts what Envoys need at once, pods as there are processors, and Services after the first Envoy', async () => {
  const log = await begun(['service', 'pod', 'pod', 'pod', 'sandbox', 'proxy']);
  const roles = log.map((line) => line.split(' ')[1]);
  expect(roles).toEqual(['pod', 'pod', 'sandbox', 'proxy', 'pod', 'service']);
  const at = (role: string) => Number(log.find((line) => line.endsWith(role))?.split(' ')[0]);
  expect(at('proxy')).toBeLessThanOrEqual(10);
  expect(at('service')).toBeGreaterThanOrEqual(300);
});

test('lets no more pods start at a time than there are processors', async () => {
  const log = await begun(['pod', 'pod', 'pod', 'pod', 'pod', 'pod'], 3);
  expect(log.map((line) => Math.round(Number(line.split(' ')[0]) / 100))).toEqual([0, 0, 0, 1, 1, 1]);
});

test('starts Services where no Envoy ever comes', async () => {
  const [line] = await begun(['service']);
  expect(Number(line?.split(' ')[0])).toBeLessThan(3000);
});

test('goes on when a start fails', async () => {
  const order = new StartOrder(2);
  const failing = () => Promise.reject(new Error('no room'));
  const failed = [order.run('pod', failing), order.run('pod', failing), order.run('pod', failing)];
  await Promise.all(failed.map((start) => expect(start).rejects.toThrow('no room')));
  await expect(order.run('pod', async () => 'started')).resolves.toBe('started');
});
