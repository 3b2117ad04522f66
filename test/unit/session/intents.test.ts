import { describe, expect, test } from 'vitest';
import { loadFile } from '../../../src/resources/load-file.ts';
import { declaredText } from '../../../src/session/objects/declared-text.ts';
import { Bench, operations, quickstart } from '../../fixtures/session-bench.ts';

describe('what people ask for', () => {
  test('a pod is killed, and what follows names who asked as its cause', () => {
    const bench = new Bench();
    bench.bringUp();
    const name = bench.observed.pods[0]?.name ?? '';
    const effects = bench.step({ type: 'kill-pod', namespace: 'default', name });
    const [asked] = bench.named('Asked');
    expect(asked).toMatchObject({ what: 'kill-pod', target: name, tenant: 'default' });
    expect(operations(effects)).toEqual([
      { type: 'kill-pod', namespace: 'default', name, cause: asked?.seq },
    ]);
  });

  test('an Envoy is replaced by another one of the same configuration', () => {
    const bench = new Bench();
    bench.bringUp();
    const effects = bench.step({ type: 'restart-proxy', tenant: 'default' });
    const [asked] = bench.named('Asked');
    const [proxy] = bench.observed.proxies;
    expect(operations(effects)).toMatchObject([
      {
        ...{ type: 'replace-proxy', cause: asked?.seq, reason: 'a restart was asked for' },
        proxy: { tenant: 'default', bootstrap: proxy?.bootstrap },
      },
    ]);
  });

  test('what does not exist is not asked about', () => {
    const bench = new Bench();
    bench.bringUp();
    bench.step({ type: 'kill-pod', namespace: 'default', name: 'nope' });
    bench.step({ type: 'restart-proxy', tenant: 'nope' });
    expect(bench.named('Asked')).toEqual([]);
  });

  test('files that are read again win over what was changed by other means', () => {
    const bench = new Bench();
    bench.bringUp();
    bench.step({ type: 'scale', namespace: 'default', name: 'backend', replicas: 3 });
    expect(bench.state.workloads.pods).toHaveLength(3);
    const loaded = loadFile({ path: 'a.yaml', text: quickstart }, bench.state.store.file('a.yaml'));
    const files = [{ path: 'a.yaml', loaded }];
    bench.step({ type: 'files-read', files, seenAtMs: bench.nowMs, isAsked: true });
    expect(bench.state.workloads.pods).toHaveLength(1);
    expect(bench.named('Asked')).toMatchObject([{ what: 'reread', target: '' }]);
    expect(bench.named('FilesChanged')).toEqual([]);
  });
});

test('the text of an object is its document in the file', () => {
  const bench = new Bench();
  bench.save(quickstart);
  const found = declaredText(bench.state, 'HTTPRoute/default/backend');
  expect(found?.file).toBe('a.yaml');
  expect(found?.text).toContain('kind: HTTPRoute');
  expect(
    quickstart
      .split('\n')
      .slice((found?.line ?? 0) - 1)
      .join('\n'),
  ).toContain(found?.text);
  expect(declaredText(bench.state, 'GatewayClass/application')).toBeUndefined();
  expect(declaredText(bench.state, 'HTTPRoute/default/nope')).toBeUndefined();
});
