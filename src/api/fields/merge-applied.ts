import { isRecord } from '../../resources/schema/walk.ts';
import { setField } from '../../resources/set-field.ts';
import { type FieldPath, itemStep } from './field-paths.ts';
import { type FieldShape, fieldShape, listIdentity } from './field-shape.ts';

/** An applied configuration laid over what is there: mappings and lists with keys are merged, the rest is replaced. */
export function mergeApplied(live: unknown, applied: unknown, shape: FieldShape | undefined): unknown {
  if (isRecord(live) && isRecord(applied)) {
    const result: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(live)) setField(result, name, value);
    for (const [name, value] of Object.entries(applied)) {
      const before = Object.hasOwn(live, name) ? live[name] : undefined;
      setField(result, name, mergeApplied(before, value, fieldShape(shape, name)));
    }
    return result;
  }
  const isMerged = Array.isArray(live) && Array.isArray(applied) && listIdentity(shape).type !== 'atomic';
  return isMerged ? mergeItems(live, applied, shape) : applied;
}

function mergeItems(
  live: readonly unknown[],
  applied: readonly unknown[],
  shape: FieldShape | undefined,
): unknown[] {
  const items = new Map(live.map((item) => [itemStep(item, shape), item]));
  for (const item of applied) {
    const step = itemStep(item, shape);
    items.set(step, mergeApplied(items.get(step), item, shape?.items));
  }
  return [...items.values()];
}

/** Fields to be removed, as a tree of their steps. */
interface Doomed {
  isEnd: boolean;
  readonly below: Map<string, Doomed>;
}

/** The value without the fields at these paths, nor what is empty without them. */
export function withoutFields(
  value: unknown,
  paths: readonly FieldPath[],
  shape: FieldShape | undefined,
): unknown {
  if (paths.length === 0) return value;
  const root: Doomed = { isEnd: false, below: new Map() };
  for (const path of paths) {
    let node = root;
    for (const step of path) {
      const next = node.below.get(step) ?? { isEnd: false, below: new Map() };
      node.below.set(step, next);
      node = next;
    }
    node.isEnd = true;
  }
  return remaining(value, root, shape);
}

function remaining(value: unknown, { isEnd, below }: Doomed, shape: FieldShape | undefined): unknown {
  if (isEnd) return undefined;
  if (Array.isArray(value)) {
    const items = value.flatMap((item) => {
      const doomed = below.get(itemStep(item, shape));
      const left = doomed === undefined ? item : remaining(item, doomed, shape?.items);
      return left === undefined ? [] : [left];
    });
    return items.length === 0 ? undefined : items;
  }
  if (!isRecord(value)) return value;
  const result: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(value)) {
    const doomed = below.get(`f:${name}`);
    const left = doomed === undefined ? field : remaining(field, doomed, fieldShape(shape, name));
    if (left !== undefined) setField(result, name, left);
  }
  return Object.keys(result).length === 0 ? undefined : result;
}
