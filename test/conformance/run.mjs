#!/usr/bin/env node
// `npm run conformance`: the official Gateway API conformance suite, unmodified, against an instance that is started for it.
//
//   --runtime process|docker   default: process
//   --run-test NAME            one test only
//   --write                    keep the result: passed.txt and docs/conformance.md
//   --verbose                  print all that the suite prints
//   anything else              goes to the suite
//
// Fails when a test fails that is in passed.txt. The last line is `N passed, N failed, N skipped`: tests of the claimed
// profiles. Without Go nothing is run, which is a failure with CALB_SIM_REQUIRE=conformance.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { startInstance } from './lib/instance.mjs';
import { claimed, claimedTests, countResults, profileLines, withTable } from './lib/report.mjs';
import { buildSuite, listTests, runSuite } from './lib/suite.mjs';

const passedFile = fileURLToPath(new URL('passed.txt', import.meta.url));
const page = fileURLToPath(new URL('../../docs/conformance.md', import.meta.url));

const given = process.argv.slice(2);
const take = (name) => {
  const at = given.indexOf(name);
  return at < 0 ? undefined : given.splice(at, 2)[1];
};
const flag = (name) => {
  const at = given.indexOf(name);
  if (at >= 0) given.splice(at, 1);
  return at >= 0;
};
const runtime = take('--runtime') ?? 'process';
const only = take('--run-test');
const writes = flag('--write');
const isVerbose = flag('--verbose');

function last({ pass, fail, skip }) {
  console.log(`${pass} passed, ${fail} failed, ${skip} skipped`);
  process.exitCode = fail > 0 ? 1 : 0;
}

const program = await buildSuite();
if (program === undefined) {
  const isRequired = (process.env.CALB_SIM_REQUIRE ?? '').split(',').includes('conformance');
  console.log(
    `the conformance suite was not run: there is no Go${isRequired ? ', but CALB_SIM_REQUIRE asks for it' : ''}`,
  );
  last({ pass: 0, fail: isRequired ? 1 : 0, skip: isRequired ? 0 : 1 });
} else await conformance(program);

async function conformance(program) {
  const tests = await listTests(program);
  const instance = await startInstance(runtime);
  const started = performance.now();
  // What a failed test has said, printed when it has failed.
  let said = [];
  try {
    const { code, results } = await runSuite(program, {
      kubeconfig: instance.kubeconfig,
      args: suiteArguments(),
      onLine(line) {
        if (isVerbose) console.log(line);
        if (/^=== (RUN|CONT|NAME) +TestConformance\/[^/\s]+$/.test(line)) said = said.slice(-200);
        said.push(line);
        const ended = /^ *--- (PASS|FAIL): TestConformance\/([^/\s]+) \(/.exec(line);
        if (ended === null) return;
        if (ended[1] === 'FAIL' && !isVerbose) console.log(said.slice(-60).join('\n'));
        if (ended[1] === 'FAIL') console.log(`FAILED conformance: ${ended[2]}: ${lastReason(said)}`);
        if (!isVerbose) console.log(line.trim());
        said = [];
      },
    });
    console.log(
      `suite: exit code ${code} after ${Math.round((performance.now() - started) / 1000)} s (${runtime})`,
    );
    report(tests, results, code);
  } finally {
    for (const problem of instance.problems.slice(0, 20)) console.log(`instance: ${JSON.stringify(problem)}`);
    await instance.stop();
  }
}

/** What the suite's assertions said last, on one line. */
function lastReason(lines) {
  const found = lines.findLast((line) => /Error:|Messages:/.test(line)) ?? lines.at(-2) ?? '';
  return found.trim().slice(0, 300);
}

function suiteArguments() {
  const facts = [
    '--organization=calb-sim',
    '--project=calb-sim',
    '--url=https://example.invalid/calb-sim',
    '--version=0.1.0',
  ];
  return [
    '--gateway-class=eg',
    ...(only === undefined ? [`--conformance-profiles=${claimed.join(',')}`] : [`--run-test=${only}`]),
    ...['--usable-address=127.0.200.1', '--unusable-address=192.0.2.1'],
    ...[...facts, '--contact=none'],
    ...given,
  ];
}

function report(tests, results, code) {
  if (only !== undefined) {
    const { result } = results.get(only) ?? { result: 'fail' };
    last({ pass: 0, fail: 0, skip: 0, [result]: 1 });
    return;
  }
  const before = new Set(readFileSync(passedFile, 'utf8').split('\n').filter(Boolean));
  const lost = claimedTests(tests).filter(
    ({ name }) => before.has(name) && results.get(name)?.result !== 'pass',
  );
  if (lost.length > 0) console.log(`passed before, and not now: ${lost.map(({ name }) => name).join(', ')}`);
  for (const line of profileLines(tests, results)) console.log(line);
  const counts = countResults(tests, results);
  // A suite that fails without a failed test (its setup, say) must not look like success.
  if (code !== 0 && counts.fail === 0) counts.fail = 1;
  if (writes) keep(tests, results);
  last(counts);
}

function keep(tests, results) {
  const passed = claimedTests(tests).filter(({ name }) => results.get(name)?.result === 'pass');
  writeFileSync(
    passedFile,
    `${passed
      .map(({ name }) => name)
      .sort()
      .join('\n')}\n`,
  );
  const version = /conformance (v\S+)/.exec(readFileSync(new URL('go.mod', import.meta.url), 'utf8'))?.[1];
  writeFileSync(page, withTable(readFileSync(page, 'utf8'), { tests, results, version }));
}
