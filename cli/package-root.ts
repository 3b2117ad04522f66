import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Facts of the installed package. */
export interface PackageFacts {
  /** Absolute path of its folder, which holds `templates`. */
  readonly root: string;
  readonly version: string;
}

let facts: PackageFacts | undefined;

/** Finds the package that this code belongs to, in the source tree as in the bundle. */
export function packageFacts(): PackageFacts {
  facts ??= find(dirname(fileURLToPath(import.meta.url)));
  return facts;
}

function find(folder: string): PackageFacts {
  const manifest = join(folder, 'package.json');
  if (existsSync(manifest)) {
    const { name, version } = JSON.parse(readFileSync(manifest, 'utf8'));
    if (name === 'calb-sim') return { root: folder, version: String(version) };
  }
  const parent = dirname(folder);
  if (parent === folder)
    throw new Error('package.json of calb-sim was not found: the installation is damaged');
  return find(parent);
}
