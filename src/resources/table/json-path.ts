type Step =
  | { readonly type: 'field'; readonly name: string }
  | { readonly type: 'all' }
  | { readonly type: 'index'; readonly index: number }
  | { readonly type: 'filter'; readonly field: string; readonly value: string };

const parsed = new Map<string, readonly Step[]>();

/**
 * All values at a JSONPath of a printer column, as in `.status.conditions[?(@.type=="Accepted")].reason`: fields, `[*]`,
 * `[0]` and filters on the equality of one field (Kubernetes, `additionalPrinterColumns`).
 */
export function valuesAt(object: unknown, path: string): readonly unknown[] {
  const known = parsed.get(path);
  const steps = known ?? parse(path);
  if (known === undefined) parsed.set(path, steps);
  return steps.reduce<readonly unknown[]>(
    (values, step) => values.flatMap((value) => follow(value, step)),
    [object],
  );
}

const stepPattern =
  /\.([A-Za-z0-9_-]+)|\[(\*)\]|\[(\d+)\]|\[\?\(@\.([A-Za-z0-9_]+)\s*==\s*["']([^"']*)["']\)\]/y;

function parse(path: string): readonly Step[] {
  const steps: Step[] = [];
  stepPattern.lastIndex = 0;
  while (stepPattern.lastIndex < path.length) {
    const at = stepPattern.lastIndex;
    const match = stepPattern.exec(path);
    if (match === null) throw new Error(`the JSONPath ${path} is not understood from "${path.slice(at)}" on`);
    const [, name, all, index, field, value] = match;
    if (name !== undefined) steps.push({ type: 'field', name });
    else if (all !== undefined) steps.push({ type: 'all' });
    else if (index !== undefined) steps.push({ type: 'index', index: Number(index) });
    else steps.push({ type: 'filter', field: field ?? '', value: value ?? '' });
  }
  return steps;
}

function follow(value: unknown, step: Step): readonly unknown[] {
  if (value === null || typeof value !== 'object') return [];
  if (step.type === 'field') return present(fieldOf(value, step.name));
  if (!Array.isArray(value)) return [];
  const items: readonly unknown[] = value;
  if (step.type === 'all') return items;
  if (step.type === 'index') return present(items[step.index]);
  return items.filter((item) => fieldOf(item, step.field) === step.value);
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}

function present(value: unknown): readonly unknown[] {
  return value === undefined || value === null ? [] : [value];
}
