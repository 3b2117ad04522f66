import type { Reporter, TestCase } from 'vitest/node';

/**
 * Names the tests that passed only when they were tried again, so that a second try (which builds allow) never hides
 * one that needs mending.
 */
export class FlakyReporter implements Reporter {
  readonly #flaky: string[] = [];

  onTestCaseResult(test: TestCase): void {
    if (test.diagnostic()?.flaky !== true) return;
    const reason = test.result().errors?.[0]?.message.split('\n')[0]?.slice(0, 300) ?? 'no message';
    this.#flaky.push(
      `FLAKY ${test.module.relativeModuleId}: "${test.fullName}" passed when tried again: ${reason}`,
    );
  }

  onTestRunEnd(): void {
    for (const line of this.#flaky) console.log(line);
  }
}
