import fc from 'fast-check';
import { expect, it } from 'vitest';
import { loadFile } from '../../../src/resources/load-file.ts';
import { resourceName } from '../../../src/resources/resource.ts';
import { emptyStore, type ResourceStore } from '../../../src/resources/store.ts';
import { allKinds } from '../../fixtures/resources/manifests.ts';

const now = '2026-01-31T09:00:00Z';
const path = 'all.yaml';

function save(store: ResourceStore, text: string): ResourceStore {
  return store.applyFiles([{ path, loaded: loadFile({ path, text }, store.file(path)) }], now);
}

const keysOf = (store: ResourceStore) => [...store.resources.all()].map(resourceName);

const contents = (store: ResourceStore) =>
  new Map(
    [...store.resources.all()].map((resource) => {
      const { metadata, ...content } = resource.object;
      return [resourceName(resource), { ...content, labels: metadata.labels }];
    }),
  );

const pieces = ['', ' ', '\n', '\t', ':', '- ', '"', '{', '[', '*a', '|', '---\n', 'null', '\0', 'x', '#'];
const edit = fc.tuple(fc.nat(allKinds.length), fc.nat(200), fc.constantFrom(...pieces));

it('whatever is saved, what served stays while it cannot be judged, and the mended file gives all of it again', () => {
  const first = save(emptyStore(now), allKinds);
  const before = contents(first);
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 5 }), (edits) => {
      let store = first;
      for (const [at, length, inserted] of edits) {
        const known = keysOf(store);
        store = save(store, allKinds.slice(0, at) + inserted + allKinds.slice(at + length));
        if (store.file(path)?.isIncomplete) expect(keysOf(store)).toEqual(expect.arrayContaining(known));
        const held = (store.file(path)?.held ?? []).filter((key) => known.includes(key));
        expect(keysOf(store)).toEqual(expect.arrayContaining(held));
      }
      const mended = save(store, allKinds);
      expect(mended.diagnostics).toEqual([]);
      expect(contents(mended)).toEqual(before);
    }),
    { numRuns: 100 },
  );
});
