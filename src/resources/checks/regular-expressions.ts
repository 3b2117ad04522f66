import { RE2JS, RE2JSException } from 're2js';
import { formatPath, formatValue, type Issue } from '../issue.ts';
import { isRecord } from '../schema/walk.ts';

const verdicts = new Map<string, string | undefined>();
const maxVerdicts = 5000;

/**
 * Finds regular expressions that RE2, and so Envoy, refuses: every `value` beside `type: RegularExpression`, in routes and
 * policies alike.
 */
export function checkRegularExpressions(value: unknown, path: (string | number)[] = []): Issue[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => checkRegularExpressions(item, [...path, index]));
  }
  if (!isRecord(value)) return [];
  const issues = Object.entries(value).flatMap(([key, child]) =>
    typeof child === 'object' ? checkRegularExpressions(child, [...path, key]) : [],
  );
  const { type, value: pattern } = value;
  if (type !== 'RegularExpression' || typeof pattern !== 'string') return issues;
  const problem = problemOf(pattern);
  if (problem === undefined) return issues;
  const at = [...path, 'value'];
  const message = `${formatPath(at)} ${formatValue(pattern)} is refused by RE2: ${problem}`;
  return [...issues, { code: 'CALB0120', path: at, at: 'value', message }];
}

/** What RE2 says about a pattern; `undefined` when it takes it. */
export function problemOf(pattern: string): string | undefined {
  if (verdicts.has(pattern)) return verdicts.get(pattern);
  if (verdicts.size >= maxVerdicts) verdicts.clear();
  const problem = compileProblem(pattern);
  verdicts.set(pattern, problem);
  return problem;
}

function compileProblem(pattern: string): string | undefined {
  try {
    RE2JS.compile(pattern);
    return undefined;
  } catch (error) {
    if (error instanceof RE2JSException || error instanceof RangeError) {
      return error.message.replace(/^error parsing regexp: /, '');
    }
    throw error;
  }
}
