import { defineConfig } from 'vitest/config';

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
