import type { Check, CheckedFinding, Environment, Finding } from './finding.ts';
import { note } from './finding.ts';

/** How long a check may take, milliseconds. */
const patienceMs = 2000;

/** Runs all checks side by side; the findings come in the order of the checks. One that hangs or fails says so. */
export async function runChecks(
  checks: readonly Check[],
  env: Environment,
  timeoutMs = patienceMs,
): Promise<readonly CheckedFinding[]> {
  const results = await Promise.all(checks.map((check) => runOne(check, env, timeoutMs)));
  return results.flatMap((findings, index) =>
    findings.map((finding) => ({ check: checks[index]?.name ?? '', ...finding })),
  );
}

async function runOne(check: Check, env: Environment, timeoutMs: number): Promise<readonly Finding[]> {
  const ending = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly Finding[]>((resolve) => {
    timer = setTimeout(() => {
      ending.abort();
      resolve([note(`${check.name}: nothing is known, the answer took longer than ${timeoutMs / 1000} s`)]);
    }, timeoutMs);
  });
  try {
    return await Promise.race([late, (async () => check.run(env, ending.signal))()]);
  } catch (error) {
    return [note(`${check.name}: ${error instanceof Error ? error.message : String(error)}`)];
  } finally {
    clearTimeout(timer);
  }
}
