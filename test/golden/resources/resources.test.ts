import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { render } from '../../../src/diagnostics/render.ts';
import { loadFile } from '../../../src/resources/load-file.ts';
import { emptyStore } from '../../../src/resources/store.ts';

const folder = import.meta.dirname;

/** What a person sees of a file's faults, and which objects of it count. */
function report(path: string, text: string): string {
  const store = emptyStore('2026-01-31T09:00:00Z');
  const loaded = loadFile({ path, text });
  const after = store.applyFiles([{ path, loaded }], '2026-01-31T09:00:00Z');
  const declared = loaded.manifests.map(({ key }) => `accepted: ${key}\n`);
  const rendered = after.diagnostics.map((found) => `${render(found, () => text, { color: false })}\n`);
  return [...rendered, ...declared].join('\n');
}

describe('diagnostics of resources', () => {
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.yaml'))) {
    it(file, () => {
      const golden = join(folder, file.replace('.yaml', '.diagnostics.txt'));
      const text = readFileSync(join(folder, file), 'utf8');
      const found = report(file, text);
      if (process.env.UPDATE_GOLDEN === '1') writeFileSync(golden, found);
      expect(found).toBe(readFileSync(golden, 'utf8'));
    });
  }
});
