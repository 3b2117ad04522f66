import { expect, test } from 'vitest';
import { Bench, operations } from '../../fixtures/session-bench.ts';

const by = 'tester';

function deployment(name: string, replicas = 1) {
  const labels = { app: name };
  const template = { metadata: { labels }, spec: { containers: [{ name, image: 'echo-basic' }] } };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: 'default' },
    spec: { replicas, selector: { matchLabels: labels }, template },
  };
}

test('what follows from several writes names the one about its owner', () => {
  const bench = new Bench();
  bench.bringUp();
  bench.nowMs += 1000;
  const effects = bench.step(
    { type: 'object-write', put: [deployment('first')], delete: [], by },
    { type: 'object-write', put: [deployment('second')], delete: [], by },
  );
  const seqOf = (resource: string) =>
    bench.events.find((event) => event.type === 'ObjectChanged' && event.resource === resource)?.seq;
  const causes = operations(effects).flatMap((operation) =>
    operation.type === 'start-pod' ? [[operation.pod.name.replace(/-.*/, ''), operation.cause]] : [],
  );
  expect(Object.fromEntries(causes)).toMatchObject({
    first: seqOf('Deployment/default/first'),
    second: seqOf('Deployment/default/second'),
  });
});

test('writes of which others come a moment later are remembered until then', () => {
  const bench = new Bench();
  bench.bringUp();
  bench.nowMs += 1000;
  bench.step({ type: 'object-write', put: [deployment('first')], delete: [], by });
  bench.podsRun();
  bench.nowMs += 1000;
  bench.step({ type: 'object-write', put: [deployment('third')], delete: [], by });
  bench.nowMs += 1;
  bench.step({ type: 'object-write', put: [deployment('first', 0)], delete: [], by });
  bench.step({ type: 'object-write', put: [deployment('second')], delete: [], by });
  bench.nowMs += 100;
  const effects = bench.step({ type: 'deadline' });
  const scaled = bench.named('Scaled').at(-1)?.seq;
  const stops = operations(effects).filter(({ type }) => type === 'stop-pod');
  expect(stops).toEqual([expect.objectContaining({ cause: scaled })]);
});
