// Builds, lists and runs the suite.
import { fileURLToPath } from 'node:url';
import { buildGoProgram, run } from '../../../tools/go-program.mjs';

/** Stands before each line about a test, so that what tests print cannot be taken for it. */
const resultMark = String.fromCharCode(0x16);

const folder = fileURLToPath(new URL('..', import.meta.url));

/** Path of the suite's program, built where it is not in the cache; `undefined` without Go. */
export function buildSuite() {
  return buildGoProgram({ folder, name: 'gateway-api-conformance', command: ['test', '-c'] });
}

/** All tests of the suite: `{name, description, features, profiles: {NAME: 'core' | 'extended'}}`. */
export async function listTests(program) {
  const tests = [];
  await run(program, ['-inventory'], { onLine: (line) => tests.push(JSON.parse(line)) });
  return tests;
}

/**
 * Runs the suite. Resolves to its exit code and the result of each test that began: `pass`, `fail` or `skip`, with its
 * duration in seconds. One that began and has no result, because the run was ended, has failed.
 */
export async function runSuite(program, { kubeconfig, args, onLine }) {
  const results = new Map();
  const code = await run(
    program,
    ['-test.run=^TestConformance$', '-test.v=test2json', '-test.timeout=40m', ...args],
    {
      env: { ...process.env, KUBECONFIG: kubeconfig },
      onLine(line) {
        const text = line.startsWith(resultMark) ? line.slice(1) : line;
        onLine(text);
        const began = /^=== RUN +TestConformance\/([^/\s]+)$/.exec(text);
        if (began) results.set(began[1], { result: 'fail', seconds: 0 });
        const ended = /^ *--- (PASS|FAIL|SKIP): TestConformance\/([^/\s]+) \(([\d.]+)s\)/.exec(text);
        if (ended) results.set(ended[2], { result: ended[1].toLowerCase(), seconds: Number(ended[3]) });
      },
    },
  );
  return { code, results };
}
