import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unifiedDiff } from '../../../../cli/output/unified-diff.ts';

function diff(before: string, after: string): string {
  const side = (title: string, text: string) => ({ title, lines: text === '' ? [] : text.split(' ') });
  return unifiedDiff(side('old', before), side('new', after)).join('\n');
}

test('shows changes with three lines around them, apart where they are far apart', () => {
  expect(diff('a b c d e f g h i j k l', 'a B c d e f g h i j K l')).toBe(
    [
      '--- old',
      '+++ new',
      ...['@@ -1,5 +1,5 @@', ' a', '-b', '+B', ' c', ' d', ' e'],
      ...['@@ -8,5 +8,5 @@', ' h', ' i', ' j', '-k', '+K', ' l'],
    ].join('\n'),
  );
  expect(diff('a b c d e f g h', 'A b c d e f g H').match(/@@ /g)).toHaveLength(1);
});

test('of equal texts there is none; what is new or gone is shown whole', () => {
  expect(diff('a b', 'a b')).toBe('');
  expect(diff('', 'a b')).toBe('--- old\n+++ new\n@@ -0,0 +1,2 @@\n+a\n+b');
  expect(diff('a b', '')).toBe('--- old\n+++ new\n@@ -1,2 +0,0 @@\n-a\n-b');
});

test('its lines give both texts', () => {
  const lines = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 8 });
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const body = unifiedDiff({ title: 'o', lines: before }, { title: 'n', lines: after }).slice(2);
      const shown = body.filter((line) => !line.startsWith('@@'));
      const side = (mark: string) =>
        shown.filter((line) => line[0] === mark || line[0] === ' ').map((line) => line.slice(1));
      if (before.join() === after.join()) expect(body).toEqual([]);
      else if (body.filter((line) => line.startsWith('@@')).length === 1 && before.length <= 7) {
        expect(before.join('\n')).toContain(side('-').join('\n'));
        expect(after.join('\n')).toContain(side('+').join('\n'));
      }
    }),
  );
});
