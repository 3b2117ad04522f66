#!/usr/bin/env node
// `npm prepare`: generates what is not committed (Envoy's messages, the types of the resource kinds) and builds the bundle.
// Needs nothing but what the npm registry gave. Without the development dependencies there is nothing to do.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (name) => join(root, 'node_modules/.bin', process.platform === 'win32' ? `${name}.cmd` : name);
const inRoot = (path) => join(root, path);

if (!existsSync(bin('buf')) || !existsSync(bin('esbuild'))) {
  console.log('prepare: development dependencies are not installed, nothing to generate');
  process.exit(0);
}

/** Runs a program and shows its output only when it fails. */
function run(file, args) {
  try {
    execFileSync(file, args, {
      cwd: root,
      stdio: 'pipe',
      env: { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}` },
    });
  } catch (error) {
    process.stderr.write(`${error.stdout ?? ''}${error.stderr ?? ''}`);
    throw new Error(`prepare: ${file} ${args.join(' ')} failed`);
  }
}

/** Does `work` only where `inputs` changed since the last time; the hash lies beside the output. */
function whenChanged(stampPath, inputs, work) {
  const hash = createHash('sha256');
  for (const input of inputs) hash.update(readFileSync(inRoot(input)));
  const digest = hash.digest('hex');
  const stamp = inRoot(stampPath);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  work();
  mkdirSync(join(stamp, '..'), { recursive: true });
  writeFileSync(stamp, digest);
}

const started = performance.now();
whenChanged(
  'src/gen/.messages',
  ['tools/protos/envoy.binpb', 'tools/protos/generate-messages.mjs', 'package-lock.json'],
  () => run(process.execPath, ['tools/protos/generate-messages.mjs']),
);
if (existsSync(inRoot('tools/schemas/generate-types.mjs')))
  run(process.execPath, ['tools/schemas/generate-types.mjs']);
if (existsSync(inRoot('cli/main.ts'))) run(process.execPath, ['tools/build.mjs']);
console.error(`prepare: done in ${((performance.now() - started) / 1000).toFixed(1)} s`);
