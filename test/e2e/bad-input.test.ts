import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Instance, startInstance } from './support/instance.ts';
import { SteadyLoad } from './support/steady-load.ts';
import { describeWithEnvoy } from './support/with-envoy.ts';
import { Workspace } from './support/workspace.ts';

const fixtures = fileURLToPath(new URL('../fixtures/manifests/', import.meta.url));
const originals = readdirSync(fixtures, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => readFileSync(`${entry.parentPath}/${entry.name}`, 'utf8'));

type Mutation = (text: string) => string;

/** Changes lines of a text at a relative place (0 to 1). */
function atLine(place: number, change: (lines: string[], index: number) => void): Mutation {
  return (text) => {
    const lines = text.split('\n');
    change(lines, Math.min(lines.length - 1, Math.floor(place * lines.length)));
    return lines.join('\n');
  };
}

const hostile = [
  ...['null', '[]', '{}', '-1', '1e999', '0x10', '~', '""', 'true', '.nan', '2001-01-01', '!!binary aGk='],
  ...['*nothing', '&a [*a]', '"\\ud800"', "'", '<<: *x', '%TAG', '../../etc/passwd', '*.*', 'a'.repeat(300)],
  ...[
    '(?=x)',
    '[',
    '\u202e',
    '\ufeff',
    '999999999999999999999',
    '127.0.0.1',
    '::',
    'http://[',
    'constructor',
    '__proto__',
  ],
];

const value = fc.oneof(fc.constantFrom(...hostile), fc.string({ maxLength: 20 }));
const place = fc.double({ min: 0, max: 1, noNaN: true });

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  place.map((at) => atLine(at, (lines, i) => lines.splice(i, 1))),
  place.map((at) => atLine(at, (lines, i) => lines.splice(i, 0, lines[i] ?? ''))),
  fc.tuple(place, value).map(([at, text]) => atLine(at, (lines, i) => lines.splice(i, 0, text))),
  fc
    .tuple(place, value)
    .map(([at, text]) =>
      atLine(at, (lines, i) => (lines[i] = (lines[i] ?? '').replace(/:.*/, () => `: ${text}`))),
    ),
  fc
    .tuple(place, value)
    .map(([at, text]) =>
      atLine(at, (lines, i) => (lines[i] = (lines[i] ?? '').replace(/\w+:/, () => `${text}:`))),
    ),
  fc
    .tuple(place, fc.constantFrom('  ', '\t', ' ', '- ', '# ', '---\n', '...\n'))
    .map(([at, text]) => atLine(at, (lines, i) => (lines[i] = text + (lines[i] ?? '')))),
  fc.tuple(place, fc.string({ maxLength: 3 })).map(
    ([at, text]): Mutation =>
      (all) =>
        all.slice(0, at * all.length) + text + all.slice(at * all.length + 1),
  ),
  place.map(
    (at): Mutation =>
      (text) =>
        text.slice(0, at * text.length),
  ),
);

const mutated = fc
  .tuple(fc.constantFrom(...originals), fc.array(mutation, { minLength: 1, maxLength: 4 }))
  .map(([text, mutations]) => mutations.reduce((result, mutate) => mutate(result), text));

describe('validate', () => {
  test('answers any mutation of the manifests with diagnostics, and never with a fault', async () => {
    const files = fc.array(mutated, { minLength: 40, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(files, async (texts) => {
        const workspace = new Workspace();
        try {
          for (const [index, text] of texts.entries()) workspace.write(`${index}.yaml`, text);
          const result = await workspace.run(['validate', '.', '-o', 'json']);
          expect([0, 3], result.stderr.slice(0, 2000)).toContain(result.code);
          JSON.parse(result.stdout);
        } finally {
          workspace.dispose();
        }
      }),
      { interruptAfterTimeLimit: 12_000, markInterruptAsFailure: false, numRuns: 30, endOnFailure: true },
    );
  }, 60_000);

  const bad: readonly (readonly [string, string | Buffer, RegExp])[] = [
    ['broken YAML', 'kind: [', /1:/],
    ['a tab', 'kind: Gateway\nmetadata:\n\tname: a\n', /3:1/],
    ['a duplicate key', 'apiVersion: v1\nkind: Namespace\nkind: Namespace\nmetadata: {name: a}\n', /3:1/],
    ['a binary file', Buffer.from([0, 1, 2, 255, 254, 0, 7]), /binary|not a text/i],
    ['an alias bomb', aliasBomb(), /alias/i],
    ['a file of 50 MB', Buffer.alloc(50 * 1024 * 1024, 'a: b\n'), /large|MB|MiB/],
    ['a name that is no DNS label', 'apiVersion: v1\nkind: Namespace\nmetadata: {name: Not_A_Label}\n', /3:/],
  ];

  test.each(bad)('says where %s is, what it does and how to mend it', async (_what, content, expected) => {
    const workspace = new Workspace('quickstart');
    workspace.write('bad.yaml', content as string);
    const result = await workspace.run(['validate', '.']);
    workspace.dispose();
    expect(result.code, result.stderr).toBe(3);
    const said = result.stdout + result.stderr;
    expect(said).toMatch(/bad\.yaml/);
    expect(said).toMatch(expected);
    expect(said).not.toMatch(/\n\s+at .*\.js:\d+/);
  });
});

function aliasBomb(): string {
  const levels = Array.from(
    { length: 12 },
    (_, i) => `a${i + 1}: &a${i + 1} [${Array(10).fill(`*a${i}`).join(', ')}]`,
  );
  return `a0: &a0 [x]\n${levels.join('\n')}\n`;
}

describeWithEnvoy('a running instance', () => {
  let instance: Instance;
  beforeAll(async () => {
    instance = await startInstance('quickstart');
  });
  afterAll(() => instance?.stop());

  test('goes on serving what it served, whatever is saved beside it', async () => {
    const { address, port } = instance.url();
    const load = new SteadyLoad(50, () => ({ address, port, host: 'www.example.com', path: '/get' }));
    const others = mutated.filter((text) => !/namespace: default|\bdefault\b|kind: GatewayClass/.test(text));
    await fc.assert(
      fc.asyncProperty(others, async (text) => {
        const from = instance.stream.mark;
        instance.workspace.write('beside.yaml', `# ${from}\n${text}`);
        await instance.stream.waitFor('FilesChanged', { from });
        const response = await instance.request({ path: '/get', host: 'www.example.com' });
        expect(response.status).toBe(200);
      }),
      { interruptAfterTimeLimit: 15_000, markInterruptAsFailure: false, numRuns: 150, endOnFailure: true },
    );
    const report = await load.stop();
    expect(report.failures).toEqual([]);
    expect(report.statuses).toEqual({ 200: report.sent });
  }, 90_000);

  test('keeps serving while its own file turns into garbage, and follows it again when it is mended', async () => {
    const good = instance.workspace.read('quickstart.yaml');
    for (const garbage of [
      '\u0000\u0001\u0002',
      'kind: [',
      '{{ .Values.x }}',
      '- - -',
      good.replaceAll(': ', ':\t'),
    ]) {
      const from = instance.stream.mark;
      instance.workspace.write('quickstart.yaml', garbage);
      await instance.stream.waitFor('Diagnostic', { from, where: ({ severity }) => severity === 'error' });
      expect((await instance.request({ path: '/get', host: 'www.example.com' })).status).toBe(200);
    }
    await instance.applied('default', () =>
      instance.workspace.write('quickstart.yaml', good.replace('www.example.com', 'mended.example.com')),
    );
    await instance.untilStatus(200, { path: '/get', host: 'mended.example.com' });
  });
});
