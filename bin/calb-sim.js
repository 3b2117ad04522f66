#!/usr/bin/env node
// Starts the bundle. Written so that an old Node still understands it and can say what is wrong; and as CommonJS, which
// Node starts faster.
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    `calb-sim needs Node 20.19 or newer; this is ${process.version} (${process.execPath}).\n`,
  );
  process.exit(4);
}
const main = join(__dirname, '../dist/cli/main.cjs');
if (!existsSync(main)) {
  process.stderr.write('calb-sim is not built yet. In its folder, run: npm install (or npm run build)\n');
  process.exit(4);
}
const command = /^[a-z]+$/.exec(process.argv[2] ?? '')?.[0] ?? 'help';
const wantsHelp = process.argv.some((argument) => argument === '-h' || argument === '--help');
if (command === 'up' && !wantsHelp) require('./early-pod-host.js').startEarlyPodHost();
const { runCompiled } = require('./compiled-code.js');
runCompiled(main, command);
