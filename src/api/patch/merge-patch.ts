import { isRecord } from '../../resources/schema/walk.ts';
import { setField } from '../../resources/set-field.ts';

/** JSON Merge Patch (RFC 7386): mappings are merged, `null` removes, everything else replaces. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isRecord(patch)) return patch;
  const result: Record<string, unknown> = {};
  const before = isRecord(target) ? target : {};
  for (const [key, value] of Object.entries(before)) setField(result, key, value);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else setField(result, key, mergePatch(Object.hasOwn(before, key) ? before[key] : undefined, value));
  }
  return result;
}
