import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { resolveEnvoy } from '../../../src/runtime/process/envoy-binary.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const bundle = join(root, 'dist/cli/main.cjs');
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

/** Builds the bundle. A failure is said here once; the tests that run the bundle then fail for want of it. */
function build(): void {
  const { status, stderr } = spawnSync(process.execPath, ['tools/build.mjs'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (status !== 0) console.error(`The bundle could not be built:\n${stderr.slice(0, 2000)}`);
}

/** Once before all end-to-end tests: they run the bundle, so it must be new; and Envoy is fetched once, not by each. */
export async function setup(): Promise<void> {
  if (isStale()) build();
  // Where there is none, the tests themselves say so and are skipped.
  await resolveEnvoy({ env: process.env }).catch(() => undefined);
}
