import { celEnvironment } from './cel-environment.ts';
import type { RuleData } from './schema.ts';

/** A CEL rule that is compiled when it is first evaluated. */
export interface Rule {
  readonly data: RuleData;
  /** It speaks of `oldSelf`, so it judges an update, not an object. */
  readonly isTransition: boolean;
  /**
   * Whether the rule holds. `undefined` for `oldSelf` where there is no old value.
   *
   * @throws Error when the rule cannot be evaluated, as for a missing key
   */
  holds(self: unknown, oldSelf?: unknown): boolean;
  /** What to say when it does not hold. */
  message(self: unknown, oldSelf?: unknown): string;
}

type Compiled = (context: Record<string, unknown>) => unknown;

/** Prepares a rule. Compiling is left to the first use: most rules of a kind are never needed. */
export function compileRule(data: RuleData): Rule {
  let rule: Compiled | undefined;
  let message: Compiled | undefined;
  return {
    data,
    isTransition: /\boldSelf\b/.test(data.rule),
    holds(self, oldSelf) {
      rule ??= parseExpression(data.rule);
      return rule({ self, oldSelf }) === true;
    },
    message(self, oldSelf) {
      if (data.messageExpression !== undefined) {
        message ??= parseExpression(data.messageExpression);
        const text = message({ self, oldSelf });
        if (typeof text === 'string' && text.trim() !== '') return text;
      }
      return data.message?.trim() ?? `failed rule: ${data.rule.trim()}`;
    },
  };
}

/**
 * Compiles a CEL expression over `self` and `oldSelf`.
 *
 * @throws Error when the expression is no CEL, or is of the wrong types
 */
export function parseExpression(expression: string): Compiled {
  const parsed = celEnvironment().parse(withRe2(withFieldTests(expression)));
  return (context) => parsed(context);
}

/** CEL's expressions are RE2's, which know flags such as `(?i)` that JavaScript's do not. */
function withRe2(expression: string): string {
  return expression.replaceAll('.matches(', '.matchesRe2(');
}

/** `has(list[0].field)`: CEL allows any operand, the evaluator only names; `hasField` means the same. */
function withFieldTests(expression: string): string {
  return expression.replace(/\bhas\(([^()]*\])\.(\w+)\)/g, 'hasField($1, "$2")');
}
