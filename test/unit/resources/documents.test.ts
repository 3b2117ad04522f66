import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitDocuments } from '../../../src/resources/documents.ts';

describe('splitDocuments', () => {
  it('splits at lines of dashes and counts lines', () => {
    expect(splitDocuments('a: 1\n---\nb: 2\n---\n---\n# only a comment\n---\nc: 3')).toEqual([
      { text: 'a: 1\n', line: 1 },
      { text: 'b: 2\n', line: 3 },
      { text: 'c: 3', line: 8 },
    ]);
  });

  it('keeps what stands behind the dashes, at its column', () => {
    expect(splitDocuments('---\n--- {a: 1}\n...\nb: 2\n')).toEqual([
      { text: '    {a: 1}\n', line: 2 },
      { text: 'b: 2\n', line: 4 },
    ]);
  });

  it('drops a byte order mark and directives, and splits with CRLF', () => {
    expect(splitDocuments('\ufeff%YAML 1.1\r\n---\r\na: 1\r\n---\r\nb: 2\r\n')).toEqual([
      { text: 'a: 1\r\n', line: 3 },
      { text: 'b: 2\r\n', line: 5 },
    ]);
  });

  it('does not split at dashes within a line or an indented block', () => {
    expect(splitDocuments('a: |\n  ---\n  text\nb: --- x\n----\n')).toHaveLength(1);
  });

  it('gives nothing for an empty file', () => {
    for (const text of ['', '\n', '# comment\n', '---\n---\n', '\ufeff']) {
      expect(splitDocuments(text)).toEqual([]);
    }
  });

  it('places every document where its text stands in the file', () => {
    const line = fc.constantFrom('---', 'a: 1', '  b: 2', '# c', '', '...', '--- # x', 'x: ---');
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        for (const document of splitDocuments(lines.join('\n'))) {
          const own = document.text.split('\n');
          // A text that ends with a newline has no line behind it.
          if (own.at(-1) === '') own.pop();
          const there = lines.slice(document.line - 1, document.line - 1 + own.length);
          expect(own.map((text) => text.trim()).filter((text) => text !== '')).toEqual(
            there.map((text) => text.replace(/^---/, '').trim()).filter((text) => text !== ''),
          );
        }
      }),
    );
  });
});
