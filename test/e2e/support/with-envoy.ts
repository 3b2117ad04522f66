import { describe, test } from 'vitest';
import { skipWithoutEnvoy } from '../../fixtures/envoy.ts';

/** `describe` for tests that start an instance: skipped, and said so, where there is no Envoy. */
export const describeWithEnvoy = describe.skipIf(skipWithoutEnvoy);

/** `test` of the same kind. */
export const testWithEnvoy = test.skipIf(skipWithoutEnvoy);
