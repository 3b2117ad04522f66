import { expect, test } from 'vitest';
import { PodCrashes } from '../../../../src/runtime/process/pod-crashes.ts';
import type { ObservedPod } from '../../../../src/runtime/runtime.ts';

const serving: ObservedPod = {
  ...{ namespace: 'default', name: 'web', address: '127.1.0.1', ready: true },
  spec: { namespace: 'default', name: 'web', app: 'echo', env: {}, ports: [], files: {} },
};

test('a pod that crashes again and again rests longer each time, until it is another one', () => {
  const crashes = new PodCrashes();
  const crash = (before: ObservedPod) => {
    crashes.started('web');
    return crashes.crashed('web', before);
  };
  const first = crash(serving);
  expect(first).toMatchObject({
    pauseMs: 1000,
    observed: { ready: false, waiting: 'ContainerCreating', restarts: 1, lastExitCode: 137 },
  });
  const second = crash(first.observed);
  expect(second).toMatchObject({ pauseMs: 1000, observed: { waiting: 'CrashLoopBackOff', restarts: 2 } });
  expect(crash(second.observed)).toMatchObject({ pauseMs: 2000, observed: { restarts: 3 } });
  crashes.forget('web');
  expect(crash(serving)).toMatchObject({ pauseMs: 1000, observed: { waiting: 'ContainerCreating' } });
});
