import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { keyEntry, keyTable } from '../../../../cli/tui/keys.ts';
import { keysPage } from '../../../../cli/tui/keys-page.ts';

describe('the table of keys', () => {
  test('no key means two things', () => {
    const all = keyTable.flatMap(({ keys }) => keys.map((key) => key.toLowerCase()));
    expect(all).toEqual([...new Set(all)]);
  });

  test('letters mean the same with Caps Lock on', () => {
    for (const { keys, action } of keyTable) {
      for (const key of keys.filter((name) => name.length === 1)) {
        expect(keyEntry(key.toUpperCase())?.action, key).toBe(action);
      }
    }
  });

  test('the README lists exactly these keys (UPDATE_GOLDEN=1 writes it)', () => {
    const file = fileURLToPath(new URL('../../../../README.md', import.meta.url));
    const page = readFileSync(file, 'utf8');
    const written = keysPage(page);
    if (process.env.UPDATE_GOLDEN) writeFileSync(file, written);
    expect(written).toBe(readFileSync(file, 'utf8'));
  });
});
