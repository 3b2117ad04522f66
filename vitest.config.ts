import { defineConfig } from 'vitest/config';
import { FlakyReporter } from './test/support/flaky-reporter.ts';

/** End-to-end tests that run with containers in `npm test`. */
const acceptance = [
  ...['backend-routing', 'calb', 'failover', 'https', 'isolation', 'lifecycle', 'namespace-mode'],
  ...['passthrough', 'protocols', 'quickstart', 'reload', 'routing'],
];

/** End-to-end tests that start no instance, or the program in another way. */
const withoutInstance = ['control-plane', 'control-plane-faults', 'pack', 'take-over'];

/**
 * What all projects share. A build tries a failed test once more, since on a busy machine real programs are sometimes
 * later than anything that a test may wait for; each such test is named at the end of the output.
 */
const shared = {
  setupFiles: ['test/support/settings.ts'],
  retry: process.env.CI === undefined ? 0 : 1,
};

const onDocker = {
  ...shared,
  env: { CALB_SIM_TEST_RUNTIME: 'docker' },
  globalSetup: ['test/e2e/support/global-setup.ts'],
  testTimeout: 60_000,
  hookTimeout: 60_000,
  maxWorkers: 2,
};

/** Where `npm test` wants its counts. */
const report = process.env.CALB_SIM_TEST_REPORT;

export default defineConfig({
  test: {
    reporters: ['default', new FlakyReporter(), ...(report === undefined ? [] : ['json' as const])],
    ...(report === undefined ? {} : { outputFile: { json: report } }),
    projects: [
      {
        test: {
          name: 'unit',
          ...shared,
          include: ['test/unit/**/*.test.ts', 'test/golden/**/*.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'e2e',
          ...shared,
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/e2e/support/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // Each file starts real Envoys; two at a time keep a two-core machine responsive.
          maxWorkers: 2,
        },
      },
      {
        test: {
          // The same tests with containers: what decides whether the product keeps its promises.
          name: 'e2e-docker',
          include: acceptance.map((name) => `test/e2e/${name}.test.ts`),
          ...onDocker,
        },
      },
      {
        test: {
          // All others of the same tests: has a script of its own.
          name: 'e2e-docker-rest',
          include: ['test/e2e/*.test.ts'],
          exclude: [...acceptance, ...withoutInstance].map((name) => `test/e2e/${name}.test.ts`),
          ...onDocker,
        },
      },
      {
        test: {
          // Once more with another kubectl on the PATH: has a script of its own.
          name: 'kubectl',
          ...shared,
          include: ['kubectl', 'port-forward', 'docker/kubectl-run'].map(
            (name) => `test/e2e/${name}.test.ts`,
          ),
          globalSetup: ['test/e2e/support/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          // Takes minutes: has a script of its own.
          name: 'interleavings',
          ...shared,
          include: ['test/interleavings/**/*.test.ts'],
          globalSetup: ['test/e2e/support/global-setup.ts'],
          maxWorkers: 1,
        },
      },
    ],
  },
});
