import { describe, expect, test } from 'vitest';
import { mergePolicy } from '../../../../src/translate/policies/merge-policy.ts';

const target = [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', name: 'route' }];

describe('a policy that is merged with its parent', () => {
  test('wins field by field and keeps its own target', () => {
    const merged = mergePolicy(
      { targetRefs: [], timeout: { tcp: { connectTimeout: '1s' }, http: { requestTimeout: '9s' } } },
      { mergeType: 'JSONMerge', targetRefs: target, timeout: { http: { requestTimeout: '2s' } } },
    );
    expect(merged).toEqual({
      mergeType: 'JSONMerge',
      targetRefs: target,
      timeout: { tcp: { connectTimeout: '1s' }, http: { requestTimeout: '2s' } },
    });
  });

  test('replaces lists; a strategic merge joins those that have a key', () => {
    const parent = { compressor: [{ type: 'Gzip' as const }], httpUpgrade: [{ type: 'websocket' }] };
    const own = { compressor: [{ type: 'Brotli' as const }] };
    expect(mergePolicy(parent, { ...own, mergeType: 'JSONMerge' }).compressor).toEqual([{ type: 'Brotli' }]);
    expect(mergePolicy(parent, { ...own, mergeType: 'StrategicMerge' }).compressor).toEqual([
      { type: 'Gzip' },
      { type: 'Brotli' },
    ]);
  });
});
