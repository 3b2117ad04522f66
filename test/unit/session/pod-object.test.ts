import { expect, test } from 'vitest';
import { builtinColumns } from '../../../src/resources/table/builtin-columns.ts';
import type { ObservedPod } from '../../../src/runtime/runtime.ts';
import { listObjects } from '../../../src/session/objects/object-view.ts';
import { Bench, quickstart } from '../../fixtures/session-bench.ts';

/** What `get pods` shows of the one pod, without its name and age. */
function columns(part: Partial<ObservedPod>, manifest = quickstart): string {
  const bench = new Bench(manifest);
  bench.bringUp();
  bench.observed = { ...bench.observed, pods: bench.observed.pods.map((pod) => ({ ...pod, ...part })) };
  bench.step({ type: 'deadline' });
  const [pod] = listObjects(bench.state, 'Pod');
  if (pod === undefined) throw new Error('no pod');
  return (builtinColumns.Pod ?? [])
    .slice(1, 4)
    .map(({ cell }) => cell(pod, bench.nowMs))
    .join(' ');
}

test.each([
  ['ready', {}, '1/1 Running 0'],
  ['not there yet', { ready: false }, '0/1 ContainerCreating 0'],
  ['being made', { ready: false, container: 'c', waiting: 'ContainerCreating' }, '0/1 ContainerCreating 0'],
  ['whose image comes', { ready: false, waiting: 'ImagePull' }, '0/1 ContainerCreating 0'],
  ['that runs and is not ready', { ready: false, container: 'c' }, '0/1 Running 0'],
  ['that was started again', { container: 'c', restarts: 2, lastExitCode: 137 }, '1/1 Running 2'],
  [
    'that ends at once',
    { ready: false, container: 'c', waiting: 'CrashLoopBackOff', restarts: 4, lastExitCode: 1 },
    '0/1 CrashLoopBackOff 4',
  ],
] as const)('a pod %s', (_what, part, shown) => {
  expect(columns(part)).toBe(shown);
});

test('a pod has the containers that are run: the first', () => {
  const sidecar = quickstart.replace(/^( *)containers:\n/m, (line, indent: string) => {
    return `${line}${indent}  - name: first\n${indent}    image: first:1\n`;
  });
  expect(sidecar).not.toBe(quickstart);
  expect(columns({}, sidecar)).toBe('1/1 Running 0');
});

test('how its program ended, its container and why it is not what was declared can be read', () => {
  const bench = new Bench();
  bench.bringUp();
  const part = {
    container: '1f0c',
    ready: false,
    waiting: 'CrashLoopBackOff',
    lastExitCode: 3,
    standIn: 'shop:1 cannot be pulled',
  } as const;
  bench.observed = { ...bench.observed, pods: bench.observed.pods.map((pod) => ({ ...pod, ...part })) };
  bench.step({ type: 'deadline' });
  const [pod] = listObjects(bench.state, 'Pod');
  expect([pod]).toMatchObject([
    {
      metadata: { annotations: { 'calb-sim/stands-in-because': 'shop:1 cannot be pulled' } },
      status: {
        phase: 'Running',
        containerStatuses: [
          {
            containerID: 'docker://1f0c',
            state: { waiting: { reason: 'CrashLoopBackOff' } },
            lastState: { terminated: { exitCode: 3, reason: 'Error' } },
          },
        ],
      },
    },
  ]);
});

test.each([
  ['runs', { ready: true, container: '1f0c' }, 'Running', { running: {} }],
  [
    'has done its work',
    { ready: false, container: '1f0c', ended: { exitCode: 0 } },
    'Succeeded',
    completed(0),
  ],
  ['has failed', { ready: false, container: '1f0c', ended: { exitCode: 3 } }, 'Failed', completed(3)],
  [
    'has no image',
    { ready: false, waiting: 'ImagePullBackOff' },
    'Pending',
    { waiting: { reason: 'ImagePullBackOff' } },
  ],
] as const)('a pod that somebody made and that %s', (_what, part, phase, containerState) => {
  const bench = new Bench();
  bench.bringUp();
  const spec = { restartPolicy: 'Never', containers: [{ name: 'main', image: 'tools:1' }] };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'alone', namespace: 'default' }, spec };
  bench.step({ type: 'object-write', put: [pod], delete: [], by: 'tester' });
  bench.step({ type: 'deadline' });
  const workload = bench.state.workloads.pods.find(({ pod: { name } }) => name === 'alone');
  if (workload === undefined) throw new Error('it is not wanted');
  const observed = { namespace: 'default', name: 'alone', address: '10.1.0.9', spec: workload.pod, ...part };
  bench.observed = { ...bench.observed, pods: [...bench.observed.pods, observed] };
  bench.step({ type: 'deadline' });
  const shown = () => listObjects(bench.state, 'Pod').find(({ metadata }) => metadata.name === 'alone');
  expect(shown()).toMatchObject({
    metadata: { uid: workload.owner.object.metadata.uid },
    spec: { nodeName: 'calb-sim', restartPolicy: 'Never' },
    status: { phase, podIP: '10.1.0.9', containerStatuses: [{ name: 'main', state: containerState }] },
  });
  bench.step({ type: 'object-write', put: [], delete: ['Pod/default/alone'], by: 'tester' });
  expect(shown()).toMatchObject({ metadata: { deletionTimestamp: expect.any(String) } });
});

test('the end of a pod that was never ready is seen', () => {
  const bench = new Bench();
  bench.bringUp();
  const become = (part: Partial<ObservedPod>) => {
    bench.observed = { ...bench.observed, pods: bench.observed.pods.map((pod) => ({ ...pod, ...part })) };
    bench.step({ type: 'deadline' });
    return listObjects(bench.state, 'Pod')[0]?.status;
  };
  expect(become({ ready: false, container: 'c' })).toMatchObject({ phase: 'Running' });
  expect(become({ ended: { exitCode: 3 } })).toMatchObject({ phase: 'Failed' });
});

function completed(exitCode: number) {
  return { terminated: { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error' } };
}
