import { describe, expect, it } from 'vitest';
import { loadFile } from '../../../src/resources/load-file.ts';
import { positionIn, positionOf } from '../../../src/resources/position.ts';
import type { Path, Resource } from '../../../src/resources/resource.ts';
import { emptyStore } from '../../../src/resources/store.ts';
import { routeText } from '../../fixtures/resources/manifests.ts';

const path = 'r.yaml';

function resourceOf(text: string, kind: string, namespace: string | undefined, name: string): Resource {
  const store = emptyStore('2026-01-31T09:00:00Z').applyFiles(
    [{ path, loaded: loadFile({ path, text }) }],
    '2026-01-31T09:00:00Z',
  );
  const found = store.resources.get(kind, namespace, name);
  if (found === undefined) throw new Error(`no ${kind} ${name}`);
  return found;
}

describe('positionOf', () => {
  const text = `# first\n---\n${routeText('a')}---\n${routeText('b')}`;
  const at = (field: Path, part?: 'key' | 'value') =>
    positionOf(resourceOf(text, 'HTTPRoute', 'team-a', 'b'), field, part);

  it('finds values and names of fields in their file', () => {
    const lines = text.split('\n');
    const { line, column } = at(['spec', 'rules', 0, 'backendRefs', 0, 'port']);
    expect(lines[line - 1]?.slice(column - 1)).toBe('3000');
    expect(line).toBeGreaterThan(routeText('a').split('\n').length);
    const key = at(['spec', 'hostnames'], 'key');
    expect(lines[key.line - 1]?.slice(key.column - 1)).toBe('hostnames:');
  });

  it('falls back to the nearest parent that is written', () => {
    expect(at(['spec', 'rules', 0, 'timeouts', 'request'])).toEqual(at(['spec', 'rules', 0]));
    expect(at(['status', 'parents'])).toEqual(at([]));
  });

  it('finds fields behind aliases and merge keys, and in items of a List', () => {
    const list = `apiVersion: v1
kind: List
items:
  - apiVersion: v1
    kind: ConfigMap
    metadata: &meta {name: one, namespace: x}
    data: &data
      a: "1"
  - apiVersion: v1
    kind: ConfigMap
    metadata: {<<: *meta, name: two}
    data: *data
`;
    const two = resourceOf(list, 'ConfigMap', 'x', 'two');
    expect(positionOf(two)).toEqual({ file: path, line: 9, column: 5 });
    expect(positionOf(two, ['metadata', 'name'])).toMatchObject({ line: 11 });
    expect(positionOf(two, ['metadata', 'namespace'])).toMatchObject({ line: 6 });
    expect(positionOf(two, ['data', 'a'])).toMatchObject({ line: 8, column: 10 });
  });

  it('gives a made object the place of what it was made from, and a built-in one none', () => {
    const from = resourceOf(text, 'HTTPRoute', 'team-a', 'a');
    expect(positionIn({ type: 'generated', from }, ['spec'], 'key')).toEqual(
      positionOf(from, ['spec'], 'key'),
    );
    expect(positionIn({ type: 'builtin' }, ['spec'])).toEqual({ file: '(none)', line: 1, column: 1 });
  });
});
