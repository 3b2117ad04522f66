#!/usr/bin/env node
// `npm run test:kubectl`: the tests of kubectl with the newest one, built from its Go module.
//
// The last line is `N passed, N failed, N skipped`. Without Go nothing is run, which is a failure with
// CALB_SIM_REQUIRE=newest-kubectl.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildGoProgram } from '../../tools/go-program.mjs';

const folder = fileURLToPath(new URL('.', import.meta.url));
/** `v0.37.2` of the module is kubectl 1.37.2; without it the program does not know its own version. */
const [, version] = /k8s\.io\/kubectl v0\.(\S+)/.exec(readFileSync(join(folder, 'go.mod'), 'utf8')) ?? [];
const variables = 'k8s.io/component-base/version';
const [major, minor] = ['1', version.split('.')[0]];
const linkerFlags = [`gitVersion=v${major}.${version}`, `gitMajor=${major}`, `gitMinor=${minor}`]
  .map((value) => `-X ${variables}.${value}`)
  .join(' ');
const program = await buildGoProgram({
  folder,
  name: 'kubectl',
  command: ['build'],
  linkerFlags,
});
if (program === undefined) {
  const isRequired = (process.env.CALB_SIM_REQUIRE ?? '').split(',').includes('newest-kubectl');
  console.log(
    `the newest kubectl was not tried: there is no Go${isRequired ? ', but CALB_SIM_REQUIRE asks for it' : ''}`,
  );
  console.log(`0 passed, ${isRequired ? 1 : 0} failed, ${isRequired ? 0 : 1} skipped`);
  process.exitCode = isRequired ? 1 : 0;
} else {
  const tests = fileURLToPath(new URL('../../tools/test.mjs', import.meta.url));
  const { status } = spawnSync(process.execPath, [tests, 'kubectl'], {
    stdio: 'inherit',
    env: { ...process.env, PATH: `${dirname(program)}${delimiter}${process.env.PATH ?? ''}` },
  });
  process.exitCode = status ?? 1;
}
