import { expect, test } from 'vitest';
import { ResourceStore } from '../../../../src/resources/store.ts';
import { targetPortNumber } from '../../../../src/translate/workloads/template-pod.ts';
import { buildWorkloads } from '../../../../src/translate/workloads.ts';

const now = '2026-01-31T09:00:00Z';

function store(containers: readonly object[], more: object = {}): ResourceStore {
  const metadata = { name: 'alone', namespace: 'shop', labels: { app: 'tools' } };
  const service = {
    ...{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'tools', namespace: 'shop' } },
    spec: { clusterIP: 'None', selector: { app: 'tools' }, ports: [{ port: 80, targetPort: 'web' }] },
  };
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata, spec: { containers, ...more } };
  return [service, pod].reduce((made, object) => made.putObject(object, now), ResourceStore.empty(now));
}

test('a pod that was made alone is wanted as it was declared, under its own name', () => {
  const ports = [{ name: 'web', containerPort: 8000 }];
  const container = { name: 'main', image: 'tools:1', args: ['run'], stdin: true, stdinOnce: true, ports };
  const { resources } = store([container], { restartPolicy: 'OnFailure' });
  const { pods } = buildWorkloads(resources);
  expect(pods).toMatchObject([
    {
      pod: {
        ...{ namespace: 'shop', name: 'alone', ports: [8000] },
        aliases: expect.arrayContaining(['tools', 'tools.shop.svc.cluster.local']),
        image: {
          ...{ reference: 'tools:1', args: ['run'], restarts: 'OnFailure', isNeeded: true },
          console: { stdin: true, stdinOnce: true, tty: false },
        },
      },
      labels: { app: 'tools' },
      owner: { object: { kind: 'Pod' } },
    },
  ]);
  expect(targetPortNumber('web', 80, pods[0]?.owner.object)).toBe(8000);
  expect(targetPortNumber('other', 80, pods[0]?.owner.object)).toBeUndefined();
});

test('echo needs no image, and a pod without a container is not run', () => {
  const { pods } = buildWorkloads(store([{ name: 'main', image: 'a/echo-basic:1' }]).resources);
  expect(pods[0]?.pod).toMatchObject({ app: 'echo', name: 'alone' });
  expect(pods[0]?.pod).not.toHaveProperty('image');
  expect(buildWorkloads(store([]).resources).pods).toEqual([]);
});
