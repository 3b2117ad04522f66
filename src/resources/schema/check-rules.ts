import { formatPath, type Issue } from '../issue.ts';
import { escapeName, toCel } from './cel-value.ts';
import type { SchemaNode } from './compile.ts';
import type { Rule } from './rule.ts';
import { isRecord } from './walk.ts';

/** Evaluates the CEL rules of a kind on an object that fits its schema. */
export function checkRules(node: SchemaNode, value: unknown): Issue[] {
  if (!node.hasRules) return [];
  const check = new RuleCheck('state');
  check.visit(node, value, { self: toCel(node, value), old: undefined });
  return check.issues;
}

/** Evaluates the rules that speak of `oldSelf`: whether `value` may replace `old`. Both fit the schema. */
export function checkTransition(node: SchemaNode, value: unknown, old: unknown): Issue[] {
  if (!node.hasTransitionRules) return [];
  const check = new RuleCheck('transition');
  check.visit(node, value, { self: toCel(node, value), old: toCel(node, old) });
  return check.issues;
}

interface CelPair {
  readonly self: unknown;
  readonly old: unknown;
}

class RuleCheck {
  readonly issues: Issue[] = [];
  readonly #path: (string | number)[] = [];
  readonly #mode: 'state' | 'transition';

  constructor(mode: 'state' | 'transition') {
    this.#mode = mode;
  }

  visit(node: SchemaNode, value: unknown, cel: CelPair): void {
    if (!node.hasRules) return;
    for (const rule of node.rules) this.#evaluate(rule, cel);
    if (Array.isArray(value)) this.#visitItems(node, value, cel);
    else if (isRecord(value)) this.#visitFields(node, value, cel);
  }

  #visitFields(node: SchemaNode, value: Readonly<Record<string, unknown>>, cel: CelPair): void {
    for (const key of Object.keys(value)) {
      const property = node.properties?.get(key);
      const child = property ?? node.additionalProperties;
      if (!child?.hasRules) continue;
      const name = property === undefined ? key : escapeName(key);
      this.#path.push(key);
      this.visit(child, value[key], { self: field(cel.self, name), old: field(cel.old, name) });
      this.#path.pop();
    }
  }

  /** Old items of a list are known by their keys (`listType: map`) only, as an API server correlates them. */
  #visitItems({ items, data }: SchemaNode, value: readonly unknown[], cel: CelPair): void {
    if (!items?.hasRules || !Array.isArray(cel.self)) return;
    const keys = data.listType === 'map' ? (data.listMapKeys ?? []) : undefined;
    const oldItems: readonly unknown[] = keys && Array.isArray(cel.old) ? cel.old : [];
    for (const [index, item] of value.entries()) {
      const self: unknown = cel.self[index];
      const old = oldItems.find((candidate) =>
        keys?.every((key) => field(candidate, key) === field(self, key)),
      );
      this.#path.push(index);
      this.visit(items, item, { self, old });
      this.#path.pop();
    }
  }

  #evaluate(rule: Rule, { self, old }: CelPair): void {
    if (rule.isTransition !== (this.#mode === 'transition')) return;
    if (rule.isTransition && old === undefined && !rule.data.optionalOldSelf) return;
    if (!holds(rule, self, old)) this.#report(rule, rule.message(self, old));
  }

  #report(rule: Rule, text: string): void {
    const path = [...this.#path, ...pathOf(rule.data.fieldPath)];
    const code = this.#mode === 'transition' ? 'CALB0122' : 'CALB0116';
    this.issues.push({ code, path, at: 'key', message: `${formatPath(path)}: ${text}`, ...hintOf(rule) });
  }
}

/** A rule that cannot be evaluated, as when it reads a missing field, does not hold. */
function holds(rule: Rule, self: unknown, old: unknown): boolean {
  try {
    return rule.holds(self, old);
  } catch {
    return false;
  }
}

function hintOf(rule: Rule): { readonly hint?: string } {
  if (rule.isTransition) return {};
  const short = rule.data.rule.trim();
  return short.length <= 100 ? { hint: `make this hold: ${short}` } : {};
}

function field(record: unknown, name: string): unknown {
  return isRecord(record) ? record[name] : undefined;
}

/** Steps of a `fieldPath` (`.spec.name`, `.labels['a.b']`). */
function pathOf(fieldPath: string | undefined): readonly string[] {
  if (fieldPath === undefined) return [];
  return [...fieldPath.matchAll(/\.(\w+)|\['([^']*)'\]/g)].map(([, name, quoted]) => name ?? quoted ?? '');
}
