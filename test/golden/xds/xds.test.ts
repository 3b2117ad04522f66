import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { tenantJson } from '../../../src/xds/tenant-json.ts';
import { tenant } from '../../fixtures/tenant.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));
const suffix = '.model.yaml';
const names = readdirSync(folder).flatMap((file) => (file.endsWith(suffix) ? [file.slice(0, -suffix.length)] : []));

const options = { accessLogPath: '/run/access.log', eventLogPath: '/run/events', requestEvents: true, sharesListeners: false };

describe('model → xDS', () => {
  it.each(names)('%s', (name) => {
    const model = tenant(parse(readFileSync(join(folder, name + suffix), 'utf8')));
    const text = stringify(tenantJson(model, options), { lineWidth: 110, aliasDuplicateObjects: false });
    const golden = join(folder, `${name}.xds.yaml`);
    if (process.env.UPDATE_GOLDEN) writeFileSync(golden, text);
    expect(text).toBe(readFileSync(golden, 'utf8'));
  });
});
