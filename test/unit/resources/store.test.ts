import { describe, expect, it } from 'vitest';
import { loadFile } from '../../../src/resources/load-file.ts';
import type { Resource } from '../../../src/resources/resource.ts';
import { emptyStore, type ResourceStore } from '../../../src/resources/store.ts';
import { routeText } from '../../fixtures/resources/manifests.ts';

const t0 = '2026-01-31T09:00:00.500Z';
const t1 = '2026-01-31T09:00:10.500Z';

/** Saves files; `undefined` deletes one. */
function save(store: ResourceStore, files: Record<string, string | undefined>, now = t0): ResourceStore {
  const changes = Object.entries(files).map(([path, text]) => ({
    path,
    loaded: text === undefined ? undefined : loadFile({ path, text }, store.file(path)),
  }));
  return store.applyFiles(changes, now);
}

function route(store: ResourceStore, name = 'a', namespace = 'team-a'): Resource {
  const found = store.resources.get('HTTPRoute', namespace, name);
  if (found === undefined) throw new Error(`no route ${name}`);
  return found;
}

const keys = (store: ResourceStore, kind: string) =>
  store.resources
    .list(kind)
    .map(({ object }) => `${object.metadata.namespace ?? ''}/${object.metadata.name}`);

const broken = (text: string) => text.replace('hostnames:', 'hostnames: "');
const invalid = (text: string) => text.replace('port: 3000', 'port: no');

describe('objects of files', () => {
  it('get uid, version, generation and time as a server gives them', () => {
    const first = save(emptyStore(t0), { 'a.yaml': routeText('a') });
    const before = route(first).object.metadata;
    expect(before).toMatchObject({ generation: 1, creationTimestamp: '2026-01-31T09:00:00Z' });
    expect(before.uid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);

    const edited = save(first, { 'a.yaml': routeText('a', '/edited') }, t1);
    const after = route(edited).object.metadata;
    expect(after).toMatchObject({
      uid: before.uid,
      generation: 2,
      creationTimestamp: before.creationTimestamp,
    });
    expect(Number(after.resourceVersion)).toBeGreaterThan(Number(before.resourceVersion));

    const labelled = routeText('a', '/edited').replace('  name: a\n', '  name: a\n  labels: {x: z}\n');
    const metadata = route(save(edited, { 'a.yaml': labelled })).object.metadata;
    expect(metadata).toMatchObject({ generation: 2, labels: { x: 'z' } });
    expect(metadata.resourceVersion).not.toBe(after.resourceVersion);
  });

  it('keep their identity when nothing but comments, order or other documents change', () => {
    const text = `${routeText('a')}---\n${routeText('b')}`;
    const first = save(emptyStore(t0), { 'a.yaml': text });
    const again = save(first, { 'a.yaml': text }, t1);
    expect(again.resources.list('HTTPRoute')).toBe(first.resources.list('HTTPRoute'));

    const other = save(first, { 'a.yaml': `${routeText('a')}---\n${routeText('b', '/x')}` });
    expect(route(other, 'a')).toBe(route(first, 'a'));
    expect(route(other, 'b')).not.toBe(route(first, 'b'));
    expect(other.resources.list('Namespace')).toBe(first.resources.list('Namespace'));

    const moved = save(first, { 'a.yaml': `# comment\n${routeText('a')}---\n${routeText('b')}` });
    expect(route(moved, 'b').object).toBe(route(first, 'b').object);
    expect(route(moved, 'b').origin).toMatchObject({ line: 21 });
  });

  it('lose what a save removes', () => {
    const first = save(emptyStore(t0), { 'a.yaml': `${routeText('a')}---\n${routeText('b')}` });
    const shorter = save(first, { 'a.yaml': routeText('a').replace(/ {2}hostnames:\n.*\n/, '') });
    expect(keys(shorter, 'HTTPRoute')).toEqual(['team-a/a']);
    expect(route(shorter).object.spec).not.toHaveProperty('hostnames');
    expect(keys(save(shorter, { 'a.yaml': undefined }), 'HTTPRoute')).toEqual([]);
  });

  it('survive a move to another file', () => {
    const first = save(emptyStore(t0), { 'a.yaml': routeText('a') });
    const moved = save(first, { 'a.yaml': '# moved', 'b.yaml': routeText('a') }, t1);
    expect(route(moved).object).toBe(route(first).object);
    expect(route(moved).origin).toMatchObject({ file: 'b.yaml' });
  });

  it('are new after they were gone', () => {
    const first = save(emptyStore(t0), { 'a.yaml': routeText('a') });
    const gone = save(first, { 'a.yaml': '' });
    const back = save(gone, { 'a.yaml': routeText('a') }, t1);
    expect(route(back).object.metadata.uid).not.toBe(route(first).object.metadata.uid);
    expect(route(back).object.metadata.generation).toBe(1);
  });
});

describe('the last good version', () => {
  it('of an invalid object stays; what else the file removes goes', () => {
    const first = save(emptyStore(t0), { 'a.yaml': `${routeText('a')}---\n${routeText('b')}` });
    const after = save(first, { 'a.yaml': invalid(routeText('a', '/edited')) });
    expect(route(after)).toBe(route(first));
    expect(keys(after, 'HTTPRoute')).toEqual(['team-a/a']);
    expect(after.diagnostics).toMatchObject([{ code: 'CALB0111', resource: 'HTTPRoute/team-a/a' }]);
    const mended = save(after, { 'a.yaml': routeText('a', '/mended') });
    expect(mended.diagnostics).toEqual([]);
    expect(route(mended).object.metadata.generation).toBe(2);
  });

  it('of everything stays while a document cannot be parsed; the other documents go live', () => {
    const first = save(emptyStore(t0), {
      'a.yaml': `${routeText('a')}---\n${routeText('b')}---\n${routeText('c')}`,
    });
    const after = save(first, { 'a.yaml': `${broken(routeText('b'))}\n---\n${routeText('c', '/edited')}` });
    expect(keys(after, 'HTTPRoute')).toEqual(['team-a/a', 'team-a/b', 'team-a/c']);
    expect(route(after, 'a')).toBe(route(first, 'a'));
    expect(route(after, 'c').object.metadata.generation).toBe(2);
  });

  it('stays through several faulty saves, and when the file turns binary or unreadable', () => {
    let store = save(emptyStore(t0), { 'a.yaml': routeText('a') });
    const original = route(store);
    for (const text of [invalid(routeText('a')), broken(routeText('a')), 'a: \0', invalid(routeText('a'))]) {
      store = save(store, { 'a.yaml': text });
      expect(route(store)).toBe(original);
    }
    const problem = { type: 'unreadable', reason: 'EACCES' } as const;
    const loaded = loadFile({ path: 'a.yaml', problem });
    store = store.applyFiles([{ path: 'a.yaml', loaded }], t1);
    expect(route(store)).toBe(original);
  });

  it('follows an object that is faulty in the file it moved to', () => {
    const first = save(emptyStore(t0), { 'a.yaml': routeText('a') });
    const moved = save(first, { 'a.yaml': '', 'b.yaml': invalid(routeText('a')) });
    expect(route(moved).object).toBe(route(first).object);
    expect(keys(save(moved, { 'b.yaml': '' }), 'HTTPRoute')).toEqual([]);
  });

  it('serves on when an edit may not replace it', () => {
    const gatewayClass = (controller: string) =>
      `apiVersion: gateway.networking.k8s.io/v1\nkind: GatewayClass\nmetadata: {name: x}\nspec: {controllerName: example.com/${controller}}\n`;
    const first = save(emptyStore(t0), { 'a.yaml': gatewayClass('one') });
    const after = save(first, { 'a.yaml': gatewayClass('two') });
    expect(after.resources.get('GatewayClass', undefined, 'x')).toBe(
      first.resources.get('GatewayClass', undefined, 'x'),
    );
    expect(after.diagnostics).toMatchObject([{ code: 'CALB0122', position: { line: 4 } }]);
    expect(save(after, { 'a.yaml': gatewayClass('one') }).diagnostics).toEqual([]);
  });
});

describe('an object declared twice', () => {
  it('is that of the first file, with an error at the second', () => {
    const both = save(emptyStore(t0), { 'b.yaml': routeText('a', '/b'), 'a.yaml': routeText('a', '/a') });
    expect(route(both).origin).toMatchObject({ file: 'a.yaml' });
    expect(both.diagnostics).toMatchObject([
      {
        code: 'CALB0124',
        position: { file: 'b.yaml', line: 1 },
        message: expect.stringContaining('a.yaml:1:1'),
      },
    ]);
    const left = save(both, { 'a.yaml': '' });
    expect(route(left).origin).toMatchObject({ file: 'b.yaml' });
    expect(left.diagnostics).toEqual([]);
    expect(route(left).object.metadata.uid).toBe(route(both).object.metadata.uid);
  });
});

describe('objects that need no declaration', () => {
  it('are the GatewayClasses, the default namespace and every namespace in use', () => {
    const store = emptyStore(t0);
    expect(keys(store, 'GatewayClass')).toEqual(['/application', '/eg']);
    const used = save(store, { 'a.yaml': routeText('a') });
    expect(keys(used, 'Namespace')).toEqual(['/default', '/team-a']);
    expect(used.resources.get('Namespace', undefined, 'team-a')?.object.metadata.labels).toEqual({
      'kubernetes.io/metadata.name': 'team-a',
    });
    expect(keys(save(used, { 'a.yaml': '' }), 'Namespace')).toEqual(['/default']);
  });

  it('are replaced by a declaration of their name and come back without it', () => {
    const declared = `apiVersion: v1\nkind: Namespace\nmetadata: {name: team-a, labels: {x: z}}\n---\n${routeText('a')}`;
    const store = save(emptyStore(t0), { 'a.yaml': declared });
    const labels = (of: ResourceStore) =>
      of.resources.get('Namespace', undefined, 'team-a')?.object.metadata.labels;
    expect(labels(store)).toEqual({ x: 'z', 'kubernetes.io/metadata.name': 'team-a' });
    expect(labels(save(store, { 'a.yaml': routeText('a') }))).toEqual({
      'kubernetes.io/metadata.name': 'team-a',
    });

    const eg = `apiVersion: gateway.networking.k8s.io/v1\nkind: GatewayClass\nmetadata: {name: eg}\nspec: {controllerName: example.com/other}\n`;
    const other = save(emptyStore(t0), { 'a.yaml': eg });
    const spec = (of: ResourceStore) => of.resources.get('GatewayClass', undefined, 'eg')?.object.spec;
    expect(other.diagnostics).toEqual([]);
    expect(spec(other)).toEqual({ controllerName: 'example.com/other' });
    expect(spec(save(other, { 'a.yaml': '' }))).toEqual({
      controllerName: 'gateway.envoyproxy.io/gatewayclass-controller',
    });
  });
});

describe('writing through the API', () => {
  it('holds until the file is saved again, whether or not its text changed', () => {
    const files = { 'a.yaml': routeText('a'), 'b.yaml': routeText('b') };
    const store = save(emptyStore(t0), files);
    const { object } = route(store);
    const written = store.putObject({ ...object, spec: { rules: [] } }, t1);
    expect(route(written).object).toMatchObject({ spec: { rules: [] }, metadata: { generation: 2 } });
    expect(route(written).origin).toBe(route(store).origin);

    const otherSaved = save(written, { 'b.yaml': routeText('b', '/x') });
    expect(route(otherSaved).object.spec).toEqual({ rules: [] });
    const saved = save(otherSaved, { 'a.yaml': routeText('a') });
    expect(route(saved).object.spec).toEqual(object.spec);
    expect(route(saved).object.metadata.generation).toBe(3);
  });

  it('deletes until the file is saved again', () => {
    const store = save(emptyStore(t0), { 'a.yaml': routeText('a') });
    const deleted = store.deleteObjects(['HTTPRoute/team-a/a'], t1);
    expect(keys(deleted, 'HTTPRoute')).toEqual([]);
    expect(keys(save(deleted, { 'a.yaml': routeText('a') }), 'HTTPRoute')).toEqual(['team-a/a']);
  });

  it('makes objects without a file', () => {
    const { object } = route(save(emptyStore(t0), { 'a.yaml': routeText('a') }));
    const store = emptyStore(t0).putObject(object, t1);
    expect(route(store).origin).toEqual({ type: 'api' });
    expect(keys(store.deleteObjects(['HTTPRoute/team-a/a'], t1), 'HTTPRoute')).toEqual([]);
  });
});

describe('status', () => {
  it('stands beside the objects, with a version of its own', () => {
    const store = save(emptyStore(t0), { 'a.yaml': `${routeText('a')}---\n${routeText('b')}` });
    const status = { parents: [] };
    const first = store.withStatuses(new Map([[route(store), status]]));
    expect(first.resources.list('HTTPRoute')).toBe(store.resources.list('HTTPRoute'));
    const shown = first.withStatus(route(first));
    expect(shown).toMatchObject({ status, metadata: { generation: 1 } });
    expect(Number(shown.metadata.resourceVersion)).toBeGreaterThan(
      Number(route(store).object.metadata.resourceVersion),
    );
    expect(first.withStatuses(new Map([[route(store), status]]))).toBe(first);
    expect(first.withStatus(route(first, 'b'))).toBe(route(first, 'b').object);

    const edited = save(first, { 'a.yaml': routeText('a', '/x') });
    expect(edited.withStatus(route(edited)).status).toBe(status);
  });
});
