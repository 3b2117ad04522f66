import { spawnSync } from 'node:child_process';
import { describe } from 'vitest';
import { skipWithoutEnvoy } from '../../fixtures/envoy.ts';

const { error } = spawnSync('kubectl', ['version', '--client'], { encoding: 'utf8', timeout: 10_000 });
const isRequired = (process.env.CALB_SIM_REQUIRE ?? '').split(',').includes('kubectl');
const isMissing = error !== undefined;
if (isMissing && !isRequired) console.warn(`kubectl tests are skipped: ${error.message}`);

/** `describe` for tests that need kubectl and an Envoy: skipped, and said so, where there is none of them. */
export const describeWithKubectl = describe.skipIf(skipWithoutEnvoy || (isMissing && !isRequired));
