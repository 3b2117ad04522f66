import { expect, test } from 'vitest';
import { coreColumns } from '../../../cli/get/core-columns.ts';
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
  return (coreColumns.Pod ?? [])
    .slice(0, 3)
    .map(({ cell }) => cell(pod, bench.nowMs))
    .join(' ');
}

test.each([
  ['ready', {}, '1/1 Running 0'],
  ['not there yet', { ready: false }, '0/1 Pending 0'],
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
  expect(listObjects(bench.state, 'Pod')).toMatchObject([
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
