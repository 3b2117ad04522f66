import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { codes } from '../../src/diagnostics/codes.ts';
import { diagnosticsPage } from './support/diagnostics-page.ts';
import { readRepositoryFile, repositoryFiles } from './support/source-files.ts';

const files = new Set(repositoryFiles());

describe('the docs', () => {
  test('list every diagnostic code as the registry defines it (UPDATE_GOLDEN=1 writes the page)', () => {
    const page = diagnosticsPage(codes);
    if (process.env.UPDATE_GOLDEN) {
      writeFileSync(fileURLToPath(new URL('../../docs/diagnostics.md', import.meta.url)), page);
    }
    expect(readRepositoryFile('docs/diagnostics.md')).toBe(page);
  });

  test('name every type of event', () => {
    const page = readRepositoryFile('docs/events.md');
    const declared = readRepositoryFile('src/session/events.ts').matchAll(
      /type: ((?:'[A-Z]\w+'(?: \| )?)+)/g,
    );
    const types = [...declared].flatMap(([, union = '']) => union.match(/\w+/g) ?? []);
    expect(types.length).toBeGreaterThan(15);
    expect(types.filter((type) => !page.includes(`\`${type}\``))).toEqual([]);
  });

  test('link only to what is there', () => {
    const broken = [...files]
      .filter((path) => path.endsWith('.md'))
      .flatMap((path) =>
        [...readRepositoryFile(path).matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)]
          .map(([, link = '']) => new URL(link, `file:///${path}`).pathname.slice(1))
          .filter((target) => !files.has(target) && ![...files].some((file) => file.startsWith(`${target}/`)))
          .map((target) => `${path} links to ${target}`),
      );
    expect(broken).toEqual([]);
  });

  test('of the program itself: every command is in the README', () => {
    const readme = readRepositoryFile('README.md');
    const table = readRepositoryFile('cli/command-table.ts').matchAll(/name: '([a-z]+)'/g);
    expect([...table].map(([, name]) => name).filter((name) => !readme.includes(`calb-sim ${name}`))).toEqual(
      [],
    );
  });
});
