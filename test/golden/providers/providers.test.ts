import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { render } from '../../../src/diagnostics/render.ts';
import { envoyGatewayProvider } from '../../../src/providers/envoy-gateway.ts';
import { loadFile } from '../../../src/resources/load-file.ts';
import type { Resource } from '../../../src/resources/resource.ts';
import { declared } from '../../fixtures/declared.ts';

const folder = import.meta.dirname;
const kinds = ['Gateway', 'HTTPRoute', 'Backend', 'BackendTrafficPolicy', 'ReferenceGrant', 'Secret'];

/** An object as a person would apply it. */
function document({ object }: Resource): string {
  const { uid: _uid, resourceVersion: _version, generation: _g, creationTimestamp: _t, ...metadata } =
    object.metadata;
  return stringify({ ...object, metadata }, { lineWidth: 0 });
}

describe('CALB resources as those of Envoy Gateway', () => {
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.in.yaml'))) {
    const text = readFileSync(join(folder, file), 'utf8');
    const expand = () => envoyGatewayProvider.expand(declared(text));
    const objects = () => kinds.flatMap((kind) => [...expand().effective.list(kind)]);

    it(file, () => {
      const golden = join(folder, file.replace('.in.yaml', '.out.yaml'));
      const said = expand().diagnostics.map((found) =>
        render(found, () => text, { color: false }).replaceAll(/^/gm, '# '),
      );
      const found = [...said, ...objects().map(document)].join('---\n').replaceAll(/[ \t]+$/gm, '');
      if (process.env.UPDATE_GOLDEN === '1') writeFileSync(golden, found);
      expect(found).toBe(readFileSync(golden, 'utf8'));
    });

    it(`${file}: the result passes Envoy Gateway's own schemas`, () => {
      const output = objects().map(document).join('---\n');
      expect(loadFile({ path: 'output.yaml', text: output }).diagnostics).toEqual([]);
    });
  }
});
