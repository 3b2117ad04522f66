interface ConditionLike {
  readonly type: string;
  readonly status: string;
  readonly lastTransitionTime?: string;
}

/**
 * The status with `lastTransitionTime` on each of its conditions: now where the condition is new or its `status`
 * changed, else what it was (Kubernetes API conventions). Untouched parts keep their identity.
 *
 * Conditions are matched by `type` within lists that stand at the same place; lists of objects by `name`, or by index.
 */
export function stampConditions(previous: unknown, next: unknown, now: string): unknown {
  if (Array.isArray(next)) {
    const before: readonly unknown[] = Array.isArray(previous) ? previous : [];
    return next.map((item, index) =>
      isCondition(item)
        ? stampCondition(before, item, now)
        : stampConditions(partner(before, item, index), item, now),
    );
  }
  if (!isRecord(next)) return next;
  const before = isRecord(previous) ? previous : {};
  return Object.fromEntries(
    Object.entries(next).map(([key, value]) => [key, stampConditions(before[key], value, now)]),
  );
}

function stampCondition(before: readonly unknown[], condition: ConditionLike, now: string): unknown {
  const known = before.find((item) => isCondition(item) && item.type === condition.type);
  const kept = isCondition(known) && known.status === condition.status ? known.lastTransitionTime : undefined;
  return { ...condition, lastTransitionTime: kept ?? now };
}

function partner(before: readonly unknown[], item: unknown, index: number): unknown {
  if (!isRecord(item)) return undefined;
  const { name, parentRef, ancestorRef } = item;
  if (typeof name === 'string') return before.find((other) => isRecord(other) && other.name === name);
  const reference = parentRef ?? ancestorRef;
  if (reference === undefined) return before[index];
  const text = JSON.stringify(reference);
  return before.find(
    (other) => isRecord(other) && JSON.stringify(other.parentRef ?? other.ancestorRef) === text,
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCondition(value: unknown): value is ConditionLike {
  return (
    isRecord(value) && typeof value.type === 'string' && typeof value.status === 'string' && 'reason' in value
  );
}
