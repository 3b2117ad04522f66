import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type KeyInput, KeyParser } from '../../../../cli/tui/parse-keys.ts';

function keys(...pieces: readonly string[]): readonly string[] {
  const parser = new KeyParser();
  const found = pieces.flatMap((piece) => parser.feed(piece));
  return [...found, ...parser.flush()].map(nameOf);
}

const nameOf = (input: KeyInput) => (input.type === 'key' ? input.key : `paste ${input.text}`);

describe('keys of a terminal', () => {
  test.each([
    ['q', ['q']],
    ['\u001b[A\u001b[B', ['up', 'down']],
    ['\u001bOA', ['up']],
    ['\u001b[5~\u001b[6~', ['page-up', 'page-down']],
    ['\r\t\u001b[Z', ['enter', 'tab', 'shift-tab']],
    ['\u0003\u001a\u000c', ['ctrl-c', 'ctrl-z', 'ctrl-l']],
    ['\u007f ', ['backspace', 'space']],
    ['買', ['買']],
    ['\u001b', ['esc']],
    ['\u001b\u001b', ['esc', 'esc']],
    ['\u001b[200~q\nrm -rf /\u001b[201~', ['paste q\nrm -rf /']],
  ])('%j', (text, expected) => {
    expect(keys(text)).toEqual(expected);
  });

  test('a sequence may come in pieces', () => {
    expect(keys('\u001b', '[', 'A', 'x')).toEqual(['up', 'x']);
    expect(keys('\u001b[20', '0~a', 'b\u001b[2', '01~')).toEqual(['paste ab']);
  });

  test('pieces of a sequence or a paste may be late, an escape alone is soon the key', () => {
    const patience = (text: string) => {
      const parser = new KeyParser();
      parser.feed(text);
      return parser.patienceMs ?? 0;
    };
    expect(patience('\u001b')).toBeGreaterThan(0);
    expect(patience('\u001b[')).toBeGreaterThan(patience('\u001b'));
    expect(patience('\u001b[200~half')).toBeGreaterThan(patience('\u001b'));
    expect(patience('\u001b[A')).toBe(0);
  });

  test('what is not known does nothing: mouse reports, focus reports, answers of the terminal', () => {
    expect(
      keys('\u001b[<0;12;7M\u001b[I\u001b[?62;22c\u001b]11;rgb:0000\u0007').filter((key) => key.length > 1),
    ).toEqual([]);
  });

  test('garbage is taken apart without end or error', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' }), { maxLength: 20 }), (pieces) => {
        const parser = new KeyParser();
        for (const piece of pieces) parser.feed(piece);
        parser.flush();
        expect(parser.patienceMs).toBeUndefined();
      }),
    );
  });

  test('a paste without an end does not swallow everything for ever', () => {
    const parser = new KeyParser();
    parser.feed(`\u001b[200~${'x'.repeat(100_001)}`);
    expect(parser.feed('q').map(nameOf)).toEqual(['q']);
  });
});
