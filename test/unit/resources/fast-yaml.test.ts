import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitDocuments } from '../../../src/resources/documents.ts';
import { parseFast } from '../../../src/resources/fast-yaml.ts';
import { YamlDocument } from '../../../src/resources/yaml-document.ts';
import { allKinds, routeText } from '../../fixtures/resources/manifests.ts';

/** Where the fast parser answers, the full one must answer the same, without errors. */
function expectSame(text: string): void {
  const fast = parseFast(text);
  if (fast === undefined) return;
  const full = new YamlDocument(text);
  expect({ text, errors: full.errors }).toEqual({ text, errors: [] });
  expect({ text, value: fast.value }).toEqual({ text, value: full.toValue() });
  // A list is no object: where it begins is of no use.
  if (!Array.isArray(fast.value)) expect(fast.start).toEqual(full.locate([], 'value'));
}

const fragments = [
  ...[
    'a',
    'kind',
    'yes',
    'n',
    'on',
    'null',
    'true',
    'False',
    '~',
    '<<',
    'a b',
    '"q"',
    "'s'",
    '1',
    '08',
    '0x1F',
  ],
  ...[
    '1_000',
    '1e3',
    '.5',
    '-1',
    '- 1',
    '12:30',
    '2026-01-31',
    '10s',
    '10.0.0.1',
    '1.2',
    '.inf',
    '0',
    '-0',
    '00',
  ],
  ...[
    '/a/b',
    '*.x.com',
    '"*.x.com"',
    '&x y',
    '*x',
    '!t z',
    '|',
    '>',
    '[a, b]',
    '[]',
    '{}',
    '{a: 1}',
    '[a, [b]]',
  ],
  ...[
    '# c',
    'x # c',
    'x#c',
    '"a # b"',
    "'it''s'",
    '"a\\nb"',
    'a: b',
    'a:b',
    'http://x',
    'x:',
    '? a',
    '@x',
    '%x',
  ],
  ...[
    '0b1',
    '0o7',
    '1E5',
    '5f',
    '3d',
    '0xg',
    '1.',
    '1..2',
    '+1',
    'NaN',
    '[y, 1]',
    '[1, 2s]',
    '=',
    '\t',
    'e0',
    'E5',
    '.',
    '-.',
    '0_',
    '0x_',
  ],
];

const line = fc
  .tuple(
    fc.integer({ min: 0, max: 3 }),
    fc.constantFrom('', '- ', '-   ', '- - '),
    fc.option(fc.constantFrom('a', 'b', 'kind', 'y', 'on', 'a.b/c-d', '"q"', '1', 'A_b')),
    fc.option(fc.constantFrom(...fragments)),
  )
  .map(([indent, dash, key, value]) => {
    const entry = key === null ? (value ?? '') : `${key}:${value === null ? '' : ` ${value}`}`;
    return `${'  '.repeat(indent)}${dash}${entry}`;
  });

describe('parseFast', () => {
  it('reads the manifests that people mostly write', () => {
    expect(parseFast(routeText('web', '/a'))?.value).toMatchObject({
      kind: 'HTTPRoute',
      metadata: { name: 'web', namespace: 'team-a' },
      spec: { rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/a' } }] }] },
    });
  });

  it('reads as the full parser does, or leaves it to that one', () => {
    for (const { text } of splitDocuments(allKinds)) expectSame(text);
    for (const fragment of fragments) {
      for (const text of [fragment, `a: ${fragment}`, `- ${fragment}`, `a:\n  - ${fragment}\nb: 1`]) {
        expectSame(text);
      }
    }
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 8 }), (lines) => expectSame(lines.join('\n'))),
      { numRuns: 3000 },
    );
  });

  it('reads mappings and lists on one line', () => {
    const text = 'a: { b: [c, "d, e"], f: { g.h/i: 3000, j: { } }, k: x:1, l: \'#\' } # m\np: [{ o: 10s }]';
    expect(parseFast(text)?.value).toEqual({
      a: { b: ['c', 'd, e'], f: { 'g.h/i': 3000, j: {} }, k: 'x:1', l: '#' },
      p: [{ o: '10s' }],
    });
    expectSame(text);
  });

  it('reads anything between braces and brackets as the full parser does', () => {
    const token = fc.constantFrom(
      ...['{', '}', '[', ']', ', ', ',', ': ', ':', ' ', '#', ' # ', '-', '- ', '"', "'", '&', '*', '?', '!'],
      ...['a', 'kind', 'y', 'null', '1', '-1', '10s', '08', 'x.io/y', '"q r"', "'s'", '/', '.', '~', '<<'],
      ...['{ a: b }', '[a, 1]', 'a: ', 'b: c, ', '{a: {b: [c]}}', 'a b', 'a:b'],
    );
    const flow = fc.tuple(
      fc.constantFrom(...(['{}', '[]'] as const)),
      fc.array(token, { maxLength: 7 }).map((tokens) => tokens.join('')),
      fc.constantFrom('', ' ', ' # c', 'x', '\nb: 1', '\n  b: 1', ' ,'),
    );
    fc.assert(
      fc.property(flow, ([brackets, inner, behind]) => {
        const value = `${brackets[0]}${inner}${brackets[1]}${behind}`;
        expectSame(`a: ${value}`);
        expectSame(`a:\n  - ${value}`);
      }),
      { numRuns: 10_000 },
    );
  });

  it('reads mutated manifests as the full parser does', () => {
    const documents = splitDocuments(allKinds).map(({ text }) => text);
    const mutation = fc.tuple(
      fc.constantFrom(...documents),
      fc.nat(2000),
      fc.nat(5),
      fc.constantFrom('', ' ', '  ', '\n', ':', '- ', '#', '"', "'", 'x', '0', ': ', ' #', '{', ']', '\r\n'),
    );
    fc.assert(
      fc.property(mutation, ([text, at, length, inserted]) => {
        const from = at % text.length;
        expectSame(text.slice(0, from) + inserted + text.slice(from + length));
      }),
      { numRuns: 2000 },
    );
  });
});
