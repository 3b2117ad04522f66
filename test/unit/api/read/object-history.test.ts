import { expect, test } from 'vitest';
import { ObjectHistory } from '../../../../src/api/read/object-history.ts';
import type { KubeObject } from '../../../../src/resources/resource.ts';
import { object } from '../fake-state.ts';

/** A history whose objects a test sets. */
class Source {
  #objects: readonly KubeObject[] = [];
  #state = {};
  reads = 0;
  readonly history = new ObjectHistory({
    read: () => {
      this.reads++;
      return this.#objects;
    },
    state: () => this.#state,
    firstVersion: 100,
  });

  set(...objects: readonly KubeObject[]): void {
    this.#objects = objects;
    this.#state = {};
  }

  /** What happened after a version: `ADDED a`. */
  since(version: number): readonly string[] | undefined {
    return this.history
      .changesSince('Gateway', version)
      ?.map(({ type, object }) => `${type} ${object.metadata.name}`);
  }
}

const gateway = (name: string, rest: Partial<KubeObject> = {}) =>
  object('Gateway', 'gateway.networking.k8s.io/v1', ['demo', name], rest);
const [a, b, c] = [gateway('a'), gateway('b'), gateway('c')];

test('every change has a version of its own, in order', () => {
  const source = new Source();
  source.set(a, b);
  expect(source.history.list('Gateway').map(({ metadata }) => metadata.resourceVersion)).toEqual([
    '100',
    '100',
  ]);
  const changed = gateway('b', { spec: { x: 1 } });
  source.set(a, changed, c);
  expect(source.since(100)).toEqual(['MODIFIED b', 'ADDED c']);
  expect(source.history.version).toBe(102);
  source.set(changed, c);
  expect(source.since(100)).toEqual(['MODIFIED b', 'ADDED c', 'DELETED a']);
  expect(source.since(102)).toEqual(['DELETED a']);
  expect(source.history.get('Gateway', 'demo', 'a')).toBeUndefined();
  expect(source.history.get('Gateway', 'demo', 'c')?.metadata.resourceVersion).toBe('102');
});

test('what is equal has not changed, and is not read again while nothing happens', () => {
  const source = new Source();
  source.set(a, b);
  const before = source.history.list('Gateway');
  expect(source.history.list('Gateway')).toBe(before);
  expect(source.reads).toBe(1);
  source.set(gateway('a'), structuredClone(b));
  expect(source.history.list('Gateway')[1]).toBe(before[1]);
  expect(source.since(100)).toEqual([]);
});

test('an object that was deleted and made again goes and comes', () => {
  const source = new Source();
  source.set(a);
  source.history.list('Gateway');
  source.set({ ...a, metadata: { ...a.metadata, uid: 'another' } });
  expect(source.since(100)).toEqual(['DELETED a', 'ADDED a']);
});

test('versions that are too old, or not of this history, are not known', () => {
  const source = new Source();
  source.set(a);
  source.history.list('Gateway');
  expect(source.since(99)).toBeUndefined();
  expect(source.since(101)).toBeUndefined();
  for (let count = 0; count < 5_000; count++) {
    source.set(gateway('a', { spec: { count } }));
    source.history.list('Gateway');
  }
  expect(source.since(100)).toBeUndefined();
  expect(source.since(5_099)).toEqual(['MODIFIED a']);
});

test('a kind that is first looked at later does not pretend to know what was before', () => {
  const source = new Source();
  source.set(a);
  source.history.list('Gateway');
  source.set(a, b);
  source.history.list('Gateway');
  expect(source.history.changesSince('HTTPRoute', 100)).toBeUndefined();
  expect(source.history.changesSince('HTTPRoute', 101)).toEqual([]);
});
