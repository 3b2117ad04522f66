import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { resolveEnvoy } from '../../../src/runtime/process/envoy-binary.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const bundle = join(root, 'dist/cli/main.js');
const sources = ['src', 'cli', 'sample-apps', 'tools/build.mjs', 'package.json'];

/** Newest modification below a file or folder, in milliseconds since the epoch. */
function newest(path: string): number {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function isStale(): boolean {
  if (!existsSync(bundle)) return true;
  const built = statSync(bundle).mtimeMs;
  return sources.some((source) => newest(join(root, source)) > built);
}

/** Once before all end-to-end tests: they run the bundle, so it must be new; and Envoy is fetched once, not by each. */
export async function setup(): Promise<void> {
  if (isStale()) execFileSync(process.execPath, ['tools/build.mjs'], { cwd: root, stdio: 'pipe' });
  // Where there is none, the tests themselves say so and are skipped.
  await resolveEnvoy({ env: process.env }).catch(() => undefined);
}
