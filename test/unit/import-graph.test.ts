import { describe, expect, test } from 'vitest';
import {
  codeOnly,
  type ImportStatement,
  importsOf,
  lineAt,
  readRepositoryFile,
  repositoryFiles,
} from './support/source-files.ts';

const pure = ['model', 'diagnostics', 'resources', 'providers', 'translate', 'xds'];
/** Pure files of folders that are not pure as a whole; everyone may import them who may import their types. */
const purePaths =
  /^src\/(runtime\/plan\.ts|session\/(?!session\.ts)|telemetry\/(find-endpoint|request-events|sampler|health-events|describe-health|track-health|ejection|traffic|traffic-shift)\.ts)/;
const edges = ['control-plane', 'runtime', 'telemetry', 'watch', 'api'];

interface Rule {
  /** Areas that may be imported, beside the area itself. */
  readonly may: readonly string[];
  /** Areas of which types may be imported. */
  readonly types?: readonly string[];
}

/** Who may import whom (`src/README.md`). An area that is not named here may import nothing of the project. */
const rules: Readonly<Record<string, Rule>> = {
  model: { may: [] },
  diagnostics: { may: [] },
  xds: { may: ['model', 'gen/envoy', 'gen'] },
  resources: { may: ['diagnostics', 'gen/kinds'] },
  providers: { may: ['resources', 'diagnostics', 'gen/kinds'] },
  translate: { may: ['resources', 'model', 'diagnostics', 'gen/kinds'], types: ['runtime'] },
  session: { may: [...pure, 'gen/kinds'], types: edges },
  ...Object.fromEntries(
    edges.map((edge) => [edge, { may: [...pure, 'gen/envoy', 'gen/kinds', 'gen'], types: ['session'] }]),
  ),
  // The pod host is a program of its own that hosts the sample apps.
  runtime: { may: [...pure, 'sample-apps'], types: ['session'] },
  cli: { may: [...pure, ...edges, 'session', 'gen/kinds'] },
  'sample-apps': { may: [] },
};

/** `src/xds/names.ts` → `xds`; `src/gen/envoy/…` → `gen/envoy`; `cli/main.ts` → `cli`. */
function areaOf(path: string): string {
  const parts = path.split('/');
  if (parts[0] !== 'src') return parts[0] ?? '';
  if (parts[1] === 'gen') return parts.length > 3 ? `gen/${parts[2]}` : 'gen';
  return parts[1] ?? '';
}

const files = repositoryFiles().filter(
  (path) => /^(src|cli|sample-apps)\/.*\.tsx?$/.test(path) && !path.startsWith('src/gen/'),
);
const imports = files.flatMap((file) => importsOf(file, readRepositoryFile(file)));
const isPure = (path: string) =>
  purePaths.test(path) || (path.startsWith('src/') && pure.includes(areaOf(path)));

function breaks({ file, target, typeOnly }: ImportStatement): boolean {
  if (target === undefined) return false;
  const from = areaOf(file);
  const to = areaOf(target);
  const rule = rules[from] ?? { may: [] };
  const asTypes = typeOnly || purePaths.test(target);
  return from !== to && !rule.may.includes(to) && !(asTypes && (rule.types ?? []).includes(to));
}

const show = (statement: ImportStatement) =>
  `${statement.file}:${statement.line} imports ${statement.specifier}`;

describe('the import graph', () => {
  test('has files and imports to check', () => {
    expect(files.length).toBeGreaterThan(50);
    expect(imports.length).toBeGreaterThan(100);
  });

  test('follows the rules of who may import whom', () => {
    expect(imports.filter(breaks).map(show)).toEqual([]);
  });

  test('has no barrel files: nothing but a package entry exports what another file defines', () => {
    const reexports = files.flatMap((file) => {
      const text = readRepositoryFile(file);
      return [...text.matchAll(/^export \* from/gm)].map((match) => `${file}:${lineAt(text, match.index)}`);
    });
    expect(reexports).toEqual([]);
  });

  test('imports with file endings and node: prefixes', () => {
    const wrong = imports.filter(
      ({ specifier, target }) => target !== undefined && !/\.(ts|tsx|js|json)$/.test(specifier),
    );
    expect(wrong.map(show)).toEqual([]);
  });

  test('has no cycle between areas, types aside', () => {
    const arrows = new Set(
      imports
        .filter(({ typeOnly, target }) => !typeOnly && target !== undefined)
        .map(({ file, target }) => `${areaOf(file)} → ${areaOf(target ?? '')}`),
    );
    const mutual = [...arrows].filter((arrow) => {
      const [from, to] = arrow.split(' → ');
      return from !== to && arrows.has(`${to} → ${from}`);
    });
    expect(mutual).toEqual([]);
  });
});

/** What pure code does not do: it would make its answer depend on more than its input. */
const impurities: readonly (readonly [string, RegExp])[] = [
  ['is asynchronous', /\basync\b(?!\s*[:?,])|\bawait\b|\bPromise\s*[.(]|new Promise\b/],
  ['reads the clock', /\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\./],
  ['is random', /\bMath\.random\b|\brandom(UUID|Bytes|Int|FillSync)\b|\bgetRandomValues\b|\bgenerateKeyPair/],
  ['touches the process', /(?<![.\w$'])process\s*[.[]/],
  ['prints', /(?<![.\w$'])console\s*[.[]/],
  ['sets a timer', /(?<![.\w$])(setTimeout|setInterval|setImmediate|queueMicrotask)\s*\(/],
  ['talks to the network', /(?<![.\w$])fetch\s*\(/],
];

/** Modules of Node that are functions of their arguments. */
const pureModules = new Set(['node:crypto', 'node:util']);
const impurePackages = ['@grpc/grpc-js', 'chokidar', 'undici', 'ws', 'commander'];

function impuritiesOf(file: string, text: string): readonly string[] {
  const code = codeOnly(text);
  return impurities.flatMap(([what, pattern]) =>
    [...code.matchAll(new RegExp(pattern, 'g'))].map(
      (match) => `${file}:${lineAt(code, match.index)} ${what}: ${match[0].trim()}`,
    ),
  );
}

describe('pure folders', () => {
  const pureFiles = files.filter(isPure);

  test('are functions of their input: no clock, no randomness, no I/O, nothing asynchronous', () => {
    expect(pureFiles.flatMap((file) => impuritiesOf(file, readRepositoryFile(file)))).toEqual([]);
  });

  test('import nothing that touches the world', () => {
    const wrong = imports.filter(
      ({ file, specifier }) =>
        isPure(file) &&
        ((specifier.startsWith('node:') && !pureModules.has(specifier)) ||
          impurePackages.includes(specifier)),
    );
    expect(wrong.map(show)).toEqual([]);
  });
});

describe('the check itself', () => {
  test('finds a forbidden import, and lets types of an edge pass', () => {
    const text = [
      "import type { Runtime } from '../runtime/runtime.ts';",
      "import { openSocket } from '../runtime/sockets.ts';",
      'import {',
      '  type Model,',
      "} from '../xds/snapshot.ts';",
      "const late = await import('../api/server.ts');",
    ].join('\n');
    const found = importsOf('src/translate/example.ts', text);
    expect(found.map((statement) => [statement.line, statement.target, statement.typeOnly])).toEqual([
      [1, 'src/runtime/runtime.ts', true],
      [2, 'src/runtime/sockets.ts', false],
      [3, 'src/xds/snapshot.ts', true],
      [6, 'src/api/server.ts', false],
    ]);
    expect(found.filter(breaks).map(({ line }) => line)).toEqual([2, 3, 6]);
  });

  test('finds impure code by line, but not in comments, strings or dates that are given', () => {
    const text = [
      '// await console.log(Date.now())',
      "const text = 'process.exit() setTimeout(';",
      'const given = new Date(timeMs).toISOString();',
      'const now = Date.now();',
      'const pid = process.pid;',
      'const pattern = /console.log/;',
      'async function wait() {}',
    ].join('\n');
    expect(impuritiesOf('example.ts', text)).toEqual([
      'example.ts:7 is asynchronous: async',
      'example.ts:4 reads the clock: Date.now',
      'example.ts:5 touches the process: process.',
    ]);
  });
});
