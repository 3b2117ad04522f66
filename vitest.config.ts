import { defineConfig } from 'vitest/config';

/** End-to-end tests that run with containers in `npm test`. */
const acceptance = [
  ...['backend-routing', 'calb', 'failover', 'https', 'isolation', 'lifecycle', 'namespace-mode'],
  ...['passthrough', 'protocols', 'quickstart', 'reload', 'routing'],
];

/** End-to-end tests that start no instance, or the program in another way. */
const withoutInstance = ['control-plane', 'control-plane-faults', 'pack', 'take-over'];

const onDocker = {
  env: { CALB_SIM_TEST_RUNTIME: 'docker' },
  globalSetup: ['test/e2e/support/global-setup.ts'],
  testTimeout: 60_000,
  hookTimeout: 60_000,
  maxWorkers: 2,
};

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts', 'test/golden/**/*.test.ts'],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'e2e',
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
          include: ['test/interleavings/**/*.test.ts'],
          globalSetup: ['test/e2e/support/global-setup.ts'],
          maxWorkers: 1,
        },
      },
    ],
  },
});
