#!/usr/bin/env node
// Starts the bundle. Written so that an old Node still understands it and can say what is wrong.
import { existsSync } from 'node:fs';
import * as module from 'node:module';
import process from 'node:process';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    `calb-sim needs Node 20.19 or newer; this is ${process.version} (${process.execPath}).\n`,
  );
  process.exit(4);
}
const main = new URL('../dist/cli/main.js', import.meta.url);
if (!existsSync(main)) {
  process.stderr.write('calb-sim is not built yet. In its folder, run: npm install (or npm run build)\n');
  process.exit(4);
}
// Node 22 and newer keep compiled code between runs.
module.enableCompileCache?.();
await import(main.href);
