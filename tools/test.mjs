#!/usr/bin/env node
// `npm test`: types, lint, then all tests; with names of vitest's projects, only those. The last line of the output is always `N passed, N failed, N skipped`.
// With CALB_SIM_REQUIRE (such as `envoy`) a skipped end-to-end test counts as failed.
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const bin = (name) => join(root, 'node_modules/.bin', process.platform === 'win32' ? `${name}.cmd` : name);
const required = (process.env.CALB_SIM_REQUIRE ?? '').split(',').filter(Boolean);
const totals = { passed: 0, failed: 0, skipped: 0 };

function run(command, args, environment = {}) {
  return new Promise((resolve) => {
    const env = { ...process.env, ...environment };
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', env });
    child.on('error', () => resolve(127));
    child.on('close', (code, signal) => resolve(signal ? 1 : (code ?? 1)));
  });
}

/** One command that counts as one test. */
async function check(title, command, args) {
  const started = performance.now();
  const code = await run(command, args);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  totals[code === 0 ? 'passed' : 'failed'] += 1;
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${title} (${seconds} s)`);
}

function firstLine(messages) {
  return (messages?.[0] ?? 'no message').split('\n')[0].slice(0, 300);
}

function countTests(report) {
  for (const file of report.testResults) {
    const path = relative(root, file.name).split(sep).join('/');
    const endToEnd = path.startsWith('test/e2e/');
    if (file.status === 'failed' && file.assertionResults.length === 0) {
      totals.failed += 1;
      console.log(`FAILED ${path}: ${file.message || 'the file could not be run'}`);
    }
    for (const test of file.assertionResults) {
      if (test.status === 'passed') totals.passed += 1;
      else if (test.status === 'failed') {
        totals.failed += 1;
        // Said once more at the end: in thousands of lines the place where it failed is hard to find.
        console.log(`FAILED ${path}: "${test.fullName}": ${firstLine(test.failureMessages)}`);
      } else if (endToEnd && required.length > 0) {
        totals.failed += 1;
        console.log(
          `FAILED ${path}: "${test.fullName}" was skipped, but CALB_SIM_REQUIRE=${required.join(',')}`,
        );
      } else totals.skipped += 1;
    }
  }
}

async function vitest(project) {
  const work = mkdtempSync(join(tmpdir(), 'calb-sim-test-'));
  const output = join(work, 'report.json');
  try {
    const code = await run(bin('vitest'), ['run', ...['--project', project, '--passWithNoTests']], {
      CALB_SIM_TEST_REPORT: output,
    });
    const failedBefore = totals.failed;
    if (existsSync(output)) countTests(JSON.parse(readFileSync(output, 'utf8')));
    // An error outside of any test, or no report at all, must not look like success.
    if (code !== 0 && totals.failed === failedBefore) {
      totals.failed += 1;
      console.log(`FAILED ${project}: an error outside of any test, or no report (exit code ${code})`);
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const projects = process.argv.slice(2);
if (projects.length === 0) {
  await check('types', bin('tsc'), ['--noEmit']);
  await check('format and lint', bin('biome'), ['check', '.']);
  await check('unused code (knip)', bin('knip'), ['--no-progress']);
  await vitest('unit');
  await vitest('e2e');
  await vitest('e2e-docker');
} else for (const project of projects) await vitest(project);
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exitCode = totals.failed > 0 ? 1 : 0;
