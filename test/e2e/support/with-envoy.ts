import { describe, test } from 'vitest';
import { skipWithoutEnvoy } from '../../fixtures/envoy.ts';
import { skipWithoutDocker } from './with-docker.ts';

const isSkipped =
  process.env.CALB_SIM_TEST_RUNTIME === 'docker' ? skipWithoutEnvoy || skipWithoutDocker : skipWithoutEnvoy;

/** `describe` for tests that start an instance: skipped, and said so, where there is no Envoy (or no engine to run it). */
export const describeWithEnvoy = describe.skipIf(isSkipped);

/** `test` of the same kind. */
export const testWithEnvoy = test.skipIf(isSkipped);
