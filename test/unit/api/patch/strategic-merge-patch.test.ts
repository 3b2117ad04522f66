import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PatchError } from '../../../../src/api/patch/patch-error.ts';
import { strategicMergePatch } from '../../../../src/api/patch/strategic-merge-patch.ts';

/** The Deployment of Kubernetes' page "Update API Objects in Place Using kubectl patch". */
const patchDemo = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'patch-demo' },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: 'nginx' } },
    template: {
      metadata: { labels: { app: 'nginx' } },
      spec: {
        containers: [{ name: 'patch-demo-ctr', image: 'nginx' }],
        tolerations: [{ effect: 'NoSchedule', key: 'dedicated', value: 'test-team' }],
      },
    },
  },
};

function podSpec(deployment: unknown) {
  return Object(deployment).spec.template.spec;
}

describe("the examples of Kubernetes' documentation", () => {
  test('a container is added to the list of containers', () => {
    const patched = strategicMergePatch(patchDemo, {
      spec: { template: { spec: { containers: [{ name: 'patch-demo-ctr-2', image: 'redis' }] } } },
    });
    expect(podSpec(patched).containers).toEqual([
      { name: 'patch-demo-ctr', image: 'nginx' },
      { name: 'patch-demo-ctr-2', image: 'redis' },
    ]);
    expect(podSpec(patched).tolerations).toEqual(podSpec(patchDemo).tolerations);
  });

  test('tolerations are replaced: they have no merge key', () => {
    const tolerations = [{ effect: 'NoSchedule', key: 'disktype', value: 'ssd' }];
    const patched = strategicMergePatch(patchDemo, { spec: { template: { spec: { tolerations } } } });
    expect(podSpec(patched).tolerations).toEqual(tolerations);
    expect(podSpec(patched).containers).toHaveLength(1);
  });

  test('a strategy of another type keeps only the fields named by $retainKeys', () => {
    const rolling = {
      spec: { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } }, replicas: 3 },
    };
    const patched = strategicMergePatch(rolling, {
      spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } },
    });
    expect(patched).toEqual({ spec: { strategy: { type: 'Recreate' }, replicas: 3 } });
  });
});

describe('directives', () => {
  test('kubectl set image: containers by name, in the order of $setElementOrder, which is not stored', () => {
    const before = { spec: { containers: [{ name: 'a', image: 'a:1', env: [{ name: 'X', value: '1' }] }] } };
    const patched = strategicMergePatch(before, {
      spec: {
        '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }],
        containers: [
          { name: 'b', image: 'b:1' },
          { name: 'a', image: 'a:2' },
        ],
      },
    });
    expect(patched).toEqual({
      spec: {
        containers: [
          { name: 'b', image: 'b:1' },
          { name: 'a', image: 'a:2', env: [{ name: 'X', value: '1' }] },
        ],
      },
    });
  });

  test('$patch: delete removes an item, and a mapping', () => {
    const before = { spec: { containers: [{ name: 'a' }, { name: 'b' }] }, metadata: { labels: { x: 'y' } } };
    const patched = strategicMergePatch(before, {
      spec: { containers: [{ name: 'a', $patch: 'delete' }] },
      metadata: { labels: { $patch: 'delete' } },
    });
    expect(patched).toEqual({ spec: { containers: [{ name: 'b' }] }, metadata: { labels: {} } });
  });

  test('$patch: replace replaces a list, and a mapping', () => {
    const before = { spec: { containers: [{ name: 'a' }, { name: 'b' }], nodeSelector: { a: '1', b: '2' } } };
    const patched = strategicMergePatch(before, {
      spec: {
        containers: [{ $patch: 'replace' }, { name: 'c' }],
        nodeSelector: { $patch: 'replace', c: '3' },
      },
    });
    expect(patched).toEqual({ spec: { containers: [{ name: 'c' }], nodeSelector: { c: '3' } } });
  });

  test('$deleteFromPrimitiveList removes values; finalizers are merged', () => {
    const patched = strategicMergePatch(
      { metadata: { finalizers: ['a/x', 'b/y'] } },
      { metadata: { '$deleteFromPrimitiveList/finalizers': ['a/x'], finalizers: ['c/z'] } },
    );
    expect(patched).toEqual({ metadata: { finalizers: ['b/y', 'c/z'] } });
  });

  test('ports of a Service are told apart by port, those of a container by containerPort, others are replaced', () => {
    const service = { spec: { ports: [{ port: 80, name: 'a' }] } };
    expect(strategicMergePatch(service, { spec: { ports: [{ port: 81, name: 'b' }] } })).toEqual({
      spec: {
        ports: [
          { port: 80, name: 'a' },
          { port: 81, name: 'b' },
        ],
      },
    });
    const pod = { spec: { containers: [{ name: 'a', ports: [{ containerPort: 1 }] }] } };
    const more = { spec: { containers: [{ name: 'a', ports: [{ containerPort: 2 }] }] } };
    expect(strategicMergePatch(pod, more)).toEqual({
      spec: { containers: [{ name: 'a', ports: [{ containerPort: 1 }, { containerPort: 2 }] }] },
    });
    expect(strategicMergePatch({ ports: [{ port: 1 }] }, { ports: [{ port: 2 }] })).toEqual({
      ports: [{ port: 2 }],
    });
  });

  test('directives in what is new are carried out, not stored', () => {
    const patched = strategicMergePatch(
      {},
      {
        spec: {
          '$setElementOrder/containers': [{ name: 'a' }],
          containers: [{ name: 'a', env: [] }],
          x: null,
        },
      },
    );
    expect(patched).toEqual({ spec: { containers: [{ name: 'a', env: [] }] } });
  });
});

test('a patch that cannot be is refused', () => {
  const containers = { spec: { containers: [{ name: 'a' }] } };
  const refused = [
    { spec: { containers: [{ image: 'x' }] } },
    { spec: { $patch: 'twist' } },
    { spec: { $retainKeys: 'type' } },
    { spec: { strategy: { $retainKeys: ['type'], type: 'a', other: 1 } } },
    { spec: { '$setElementOrder/containers': 1 } },
    7,
  ];
  for (const patch of refused) expect(() => strategicMergePatch(containers, patch)).toThrow(PatchError);
});

test('no directive is ever stored, whatever the patch', () => {
  const key = fc.constantFrom(
    'spec',
    'containers',
    'name',
    'env',
    'labels',
    '$patch',
    '$retainKeys',
    'finalizers',
    '$setElementOrder/containers',
    '$deleteFromPrimitiveList/finalizers',
    '__proto__',
  );
  const leaf = fc.constantFrom<unknown>('a', 'b', 1, null, 'delete', 'replace', 'merge');
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      leaf,
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(key, tie('tree'), { maxKeys: 4 }),
    ),
  }));
  fc.assert(
    fc.property(fc.dictionary(key, tree), fc.dictionary(key, tree), (target, patch) => {
      try {
        const clean = strategicMergePatch({}, target);
        const text = JSON.stringify(strategicMergePatch(clean, patch));
        expect(text).not.toMatch(/"\$(patch|retainKeys|setElementOrder|deleteFromPrimitiveList)[^"]*":/);
      } catch (error) {
        expect(error).toBeInstanceOf(PatchError);
      }
    }),
    { numRuns: 2000 },
  );
});

test('long lists do not take long', () => {
  const items = (prefix: string) =>
    Array.from({ length: 20_000 }, (_, index) => ({ name: `${prefix}${index}` }));
  const startedAt = performance.now();
  const patched = strategicMergePatch(
    { spec: { containers: items('a') } },
    { spec: { containers: items('b'), '$setElementOrder/containers': items('b').reverse() } },
  );
  expect(Object(patched).spec.containers).toHaveLength(40_000);
  expect(performance.now() - startedAt).toBeLessThan(2000);
});
