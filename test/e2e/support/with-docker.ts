import { spawnSync } from 'node:child_process';
import { describe } from 'vitest';

/** Why there is no Docker engine to test with; `undefined` when one answers. */
function missingDocker(): string | undefined {
  const { status, stderr, error } = spawnSync('docker', ['version', '--format', '{{.Server.Version}}'], {
    encoding: 'utf8',
    timeout: 5000,
  });
  if (status === 0) return undefined;
  return error?.message ?? stderr.trim();
}

const missing = missingDocker();
const isRequired = (process.env.CALB_SIM_REQUIRE ?? '').split(',').includes('docker');
if (missing !== undefined && !isRequired) console.warn(`Docker tests are skipped: ${missing}`);

/** Whether tests with a real engine are left out. Never where they are required: then they fail for want of it. */
export const skipWithoutDocker = missing !== undefined && !isRequired;

/** `describe` for tests that need a Docker engine: skipped, and said so, where none answers. */
export const describeWithDocker = describe.skipIf(skipWithoutDocker);

/**
 * `describe` for tests that need something else beside an engine.
 *
 * @param what the tests, for the line that says why they are skipped
 * @param reason why it is missing; `undefined` where it is there
 */
export function describeWithDockerAnd(what: string, reason: string | undefined) {
  if (reason !== undefined && !isRequired) console.warn(`${what} are skipped: ${reason}`);
  return describe.skipIf(skipWithoutDocker || (reason !== undefined && !isRequired));
}
