import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { render } from '../../../src/diagnostics/render.ts';
import { resourceName } from '../../../src/resources/resource.ts';
import { createTranslator } from '../../../src/translate/build.ts';
import { declared } from '../../fixtures/declared.ts';
import { translateInput } from '../../fixtures/translate-input.ts';

const folder = import.meta.dirname;

/** What translation makes of a file: `.model.yaml`, `.status.yaml` and `.diagnostics.txt`. */
function translation(text: string): Readonly<Record<string, string>> {
  const { tenants, statuses, diagnostics } = createTranslator()(translateInput(declared(text)));
  const shown = (value: unknown) => stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
  const secretless = [...tenants.values()].map((tenant) => ({
    ...tenant,
    secrets: tenant.secrets.map(({ name, source }) => ({ name, source })),
  }));
  const ofObjects = [...statuses].filter(([{ origin }]) => origin.type === 'file');
  return {
    'model.yaml': shown(secretless),
    'status.yaml': shown(Object.fromEntries(ofObjects.map(([resource, status]) => [resourceName(resource), status]))),
    'diagnostics.txt': `${diagnostics.map((found) => render(found, () => text, { color: false })).join('\n\n')}\n`,
  };
}

describe('translation', () => {
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.in.yaml'))) {
    it(file.replace('.in.yaml', ''), () => {
      const found = translation(readFileSync(join(folder, file), 'utf8'));
      for (const [extension, text] of Object.entries(found)) {
        const golden = join(folder, file.replace('in.yaml', extension));
        if (process.env.UPDATE_GOLDEN === '1') writeFileSync(golden, text);
        expect(text).toBe(readFileSync(golden, 'utf8'));
      }
    });
  }
});
