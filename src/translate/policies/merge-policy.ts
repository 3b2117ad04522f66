import type { BackendTrafficPolicySpec } from '../../gen/kinds/backend-traffic-policy.ts';

/** Lists that a strategic merge joins by a key instead of replacing (Envoy Gateway's `patchMergeKey` tags). */
const mergeKeys: Readonly<Record<string, string>> = {
  compression: 'type',
  compressor: 'type',
  httpUpgrade: 'type',
};

/**
 * A route's policy merged onto its parent's: objects field by field, `null` removes, lists are replaced; with
 * `StrategicMerge` a few lists are joined by their key.
 */
export function mergePolicy(
  parent: BackendTrafficPolicySpec,
  own: BackendTrafficPolicySpec,
): BackendTrafficPolicySpec {
  const keys = own.mergeType === 'StrategicMerge' ? mergeKeys : {};
  const { targetRef: _ref, targetRefs: _refs, targetSelectors: _selectors, ...inherited } = parent;
  return mergeValue(inherited, own, keys) as BackendTrafficPolicySpec;
}

/** JSON merge of two specs: objects field by field, `null` removes, lists are replaced. */
export function mergeSpecs<T extends object>(base: T, own: T): T {
  return mergeValue(base, own, {}) as T;
}

function mergeValue(base: unknown, patch: unknown, keys: Readonly<Record<string, string>>): unknown {
  if (!isObject(base) || !isObject(patch)) return patch;
  const merged: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(patch)) {
    const mergeKey = keys[name];
    if (value === null) delete merged[name];
    else if (mergeKey !== undefined) merged[name] = joinLists(merged[name], value, mergeKey);
    else merged[name] = mergeValue(merged[name], value, keys);
  }
  return merged;
}

function joinLists(base: unknown, patch: unknown, key: string): unknown {
  if (!Array.isArray(base) || !Array.isArray(patch)) return patch;
  const joined: unknown[] = [...base];
  for (const item of patch) {
    const at = joined.findIndex((other) => isObject(other) && isObject(item) && other[key] === item[key]);
    if (at === -1) joined.push(item);
    else joined[at] = mergeValue(joined[at], item, {});
  }
  return joined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
