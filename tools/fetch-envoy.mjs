#!/usr/bin/env node
// Finds Envoy as calb-sim does, fetches it when need be, and prints its path: for CI and for scripts.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const folder = mkdtempSync(join(tmpdir(), 'calb-fetch-'));
try {
  const outfile = join(folder, 'envoy-binary.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('../src/runtime/process/envoy-binary.ts', import.meta.url))],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    logLevel: 'error',
  });
  const { resolveEnvoy } = await import(pathToFileURL(outfile).href);
  let shown = '';
  const { path, version, origin } = await resolveEnvoy({
    env: process.env,
    onNote: (text) => console.error(text),
    onProgress({ phase, command }) {
      const line = phase === 'download' ? command : phase;
      if (line !== shown) console.error(`fetch-envoy: ${line}`);
      shown = line;
    },
  });
  console.error(`fetch-envoy: Envoy ${version} (${origin})`);
  console.log(path);
} catch (error) {
  console.error(error.message);
  process.exitCode = 4;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
