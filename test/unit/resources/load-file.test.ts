import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maxFileBytes } from '../../../src/resources/file-problems.ts';
import { loadFile } from '../../../src/resources/load-file.ts';
import { allKinds, routeText } from '../../fixtures/resources/manifests.ts';

const path = 'routes.yaml';

function codesOf(text: string): string[] {
  return loadFile({ path, text }).diagnostics.map(({ code }) => code);
}

describe('loadFile', () => {
  it('loads an edited file at the cost of the edited document', () => {
    const texts = Array.from({ length: 100 }, (_, i) => routeText(`route-${i}`));
    const before = loadFile({ path, text: texts.join('---\n') });
    texts[50] = routeText('route-50', '/edited');
    const after = loadFile({ path, text: texts.join('---\n') }, before);
    expect(after.manifests).toHaveLength(100);
    const changed = after.documents.filter((document, i) => document !== before.documents[i]);
    expect(changed.map(({ manifests }) => manifests[0]?.key)).toEqual(['HTTPRoute/team-a/route-50']);
  });

  it('keeps the object of a document that only moved, with its new place', () => {
    const before = loadFile({ path, text: `${routeText('a')}---\n${routeText('b')}` });
    const after = loadFile({ path, text: `# a comment\n${routeText('a')}---\n${routeText('b')}` }, before);
    expect(after.manifests[1]?.object).toBe(before.manifests[1]?.object);
    expect(after.manifests[1]?.position.line).toBe((before.manifests[1]?.position.line ?? 0) + 1);
  });

  it('moves diagnostics with their document, also places within messages', () => {
    const text = `apiVersion: v1
kind: ConfigMap
metadata: {name: x}
data: {a: x}
binaryData: {a: eA==}
`;
    const before = loadFile({ path, text });
    const after = loadFile({ path, text: `---\n\n---\n${text}` }, before);
    expect(before.diagnostics[0]?.message).toContain(`${path}:4:8`);
    expect(after.diagnostics[0]?.message).toContain(`${path}:7:8`);
    expect(after.diagnostics[0]?.position).toEqual({ file: path, line: 8, column: 14 });
  });

  it('tells what is not text', () => {
    expect(codesOf('apiVersion: v1\n\0\0\0')).toEqual(['CALB0106']);
    expect(codesOf('kind: \ufffd')).toEqual(['CALB0106']);
    expect(loadFile({ path, text: 'a\0p\0i\0' }).diagnostics[0]?.message).toContain('UTF-16');
    expect(codesOf('x'.repeat(maxFileBytes + 1))).toEqual(['CALB0105']);
    for (const problem of [
      { type: 'too-large', bytes: 50 * 1024 * 1024 },
      { type: 'unreadable', reason: 'EACCES: permission denied' },
      { type: 'binary' },
    ] as const) {
      expect(loadFile({ path, problem })).toMatchObject({ isIncomplete: true, manifests: [] });
    }
  });

  it('refuses what would exhaust the parser', () => {
    expect(codesOf(`a: ${'['.repeat(100_000)}`)).toEqual(['CALB0109']);
    expect(codesOf(`a: ${'{a: '.repeat(100_000)}`)).toEqual(['CALB0109']);
    expect(codesOf('- '.repeat(100_000))).toEqual(['CALB0109']);
    expect(codesOf(`a: "${'x'.repeat(4 * 1024 * 1024)}"`)).toEqual(['CALB0109']);
    const deep = Array.from({ length: 1500 }, (_, i) => `${' '.repeat(i)}a:`).join('\n');
    expect(codesOf(deep)).toHaveLength(1);
  });

  it('says when it is empty', () => {
    for (const text of ['', '# nothing\n', '---\n---\n', 'null\n', '~']) {
      expect(loadFile({ path, text })).toMatchObject({ isEmpty: true, isIncomplete: false, diagnostics: [] });
    }
    expect(loadFile({ path, text: routeText('a') }).isEmpty).toBe(false);
  });

  it('is incomplete while it cannot tell what a document declares', () => {
    const broken = loadFile({ path, text: `${routeText('a')}---\nkind: "Service\n` });
    expect(broken).toMatchObject({ isIncomplete: true, manifests: [{ key: 'HTTPRoute/team-a/a' }] });
    const invalid = loadFile({ path, text: routeText('a').replace('port: 3000', 'port: http') });
    expect(invalid).toMatchObject({ isIncomplete: false, manifests: [], held: ['HTTPRoute/team-a/a'] });
  });

  it('reads CRLF as LF', () => {
    const { manifests, diagnostics } = loadFile({ path, text: allKinds.replaceAll('\n', '\r\n') });
    expect(diagnostics).toEqual([]);
    expect(manifests.map(({ object }) => object)).toEqual(
      loadFile({ path, text: allKinds }).manifests.map(({ object }) => object),
    );
  });

  it('never throws, and always says where, whatever is done to a manifest', () => {
    const pieces = ['', ' ', '\n', '\t', ':', '- ', '"', "'", '{', '[', '&a ', '*a', '|', '>', '!!int ', '#'];
    const more = ['---', '0', 'null', 'yes', '<<: ', '? ', '\u0000', '\u2028', '日本', '-1', '1e999', '.nan'];
    const mutation = fc.tuple(fc.nat(allKinds.length), fc.nat(30), fc.constantFrom(...pieces, ...more));
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
        let text = allKinds;
        for (const [at, length, inserted] of mutations) {
          text = text.slice(0, at) + inserted + text.slice(at + length);
        }
        const lines = text.split('\n');
        for (const { position, message, effect, hint } of loadFile({ path, text }).diagnostics) {
          expect(message && effect && hint).toBeTruthy();
          expect(position.line).toBeGreaterThanOrEqual(1);
          expect(position.line).toBeLessThanOrEqual(lines.length);
          expect(position.column).toBeGreaterThanOrEqual(1);
          expect(position.column).toBeLessThanOrEqual((lines[position.line - 1]?.length ?? 0) + 1);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('never throws on a value of the wrong shape anywhere', () => {
    const values = ['null', '[]', '{}', '1', '"x"', 'true', '[[]]', '{a: {b: 1}}', '-5', '1.5'];
    const lines = allKinds.split('\n').flatMap((line, i) => (/: \S/.test(line) ? [i] : []));
    fc.assert(
      fc.property(fc.constantFrom(...lines), fc.constantFrom(...values), (at, value) => {
        const text = allKinds
          .split('\n')
          .map((line, i) => (i === at ? line.replace(/: .*/, `: ${value}`) : line))
          .join('\n');
        expect(loadFile({ path, text }).manifests.length).toBeGreaterThan(10);
      }),
      { numRuns: 200 },
    );
  });
});
