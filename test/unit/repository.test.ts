import { describe, expect, test } from 'vitest';
import { lineAt, readRepositoryFile, repositoryFiles } from './support/source-files.ts';

const binary = /\.(binpb|png|ico|gz|wasm)$/;
const texts = repositoryFiles()
  .filter((path) => !binary.test(path))
  .map((path) => ({ path, text: readRepositoryFile(path) }));

/** Written in pieces, so that this file does not name them itself. */
const foreign: readonly (readonly [string, RegExp])[] = [
  [
    'a path outside of the repository',
    new RegExp(`(\\.\\./)+${'shared'}\\b|(^|[\\s"'\`(=:])/${'work'}/`, 'gm'),
  ],
  ['a home folder', new RegExp(`/(home|Users)/[a-z]+/|/${'root'}/`, 'g')],
  [
    'the host of a package registry',
    new RegExp(
      [
        'registry\\.npmjs',
        'registry\\.yarnpkg',
        'npmmirror',
        'pypi\\.org',
        'pythonhosted',
        'proxy\\.golang',
        'repo1?\\.maven',
      ]
        .map((host) => `${host}\\b`)
        .join('|'),
      'g',
    ),
  ],
];

describe('the repository', () => {
  test('speaks of itself alone: no foreign paths, no registry hosts', () => {
    const found = texts
      .filter(({ path }) => path !== 'test/unit/repository.test.ts')
      .flatMap(({ path, text }) =>
        foreign.flatMap(([what, pattern]) =>
          [...text.matchAll(pattern)].map(
            (match) => `${path}:${lineAt(text, match.index)} names ${what}: ${match[0]}`,
          ),
        ),
      );
    expect(found).toEqual([]);
  });

  test('has no addresses in the lockfile, so that everyone installs from their own registry', () => {
    expect(readRepositoryFile('package-lock.json')).not.toMatch(/"resolved": "http/);
  });
});

/** Files that may be longer than 300 lines, each with its reason. */
const longFiles: Readonly<Record<string, string>> = {};

describe('files', () => {
  test('are at most 300 lines long', () => {
    const long = texts
      .filter(({ path }) => /\.(ts|tsx|mjs|js)$/.test(path) && longFiles[path] === undefined)
      .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
      .filter(({ lines }) => lines > 300)
      .map(({ path, lines }) => `${path}: ${lines} lines`);
    expect(long).toEqual([]);
  });

  test('are named in kebab-case, and not after a drawer', () => {
    const wrong = texts
      .map(({ path }) => path)
      .filter((path) => /^(src|cli|sample-apps|test|tools)\/.*\.(ts|tsx|mjs)$/.test(path))
      .filter((path) => {
        const name = path.slice(path.lastIndexOf('/') + 1);
        return (
          !/^[a-z0-9-]+(\.[a-z0-9-]+)*\.(ts|tsx|mjs)$/.test(name) ||
          /^(utils?|helpers?|misc|index)\./.test(name)
        );
      });
    expect(wrong).toEqual([]);
  });

  test('switch off no check of the compiler', () => {
    const off = /@ts-(ignore|nocheck|expect-error)/g;
    const found = texts
      .filter(({ path }) => /\.tsx?$/.test(path) && path !== 'test/unit/repository.test.ts')
      .flatMap(({ path, text }) =>
        [...text.matchAll(off)].map((match) => `${path}:${lineAt(text, match.index)} ${match[0]}`),
      );
    expect(found).toEqual([]);
  });
});
