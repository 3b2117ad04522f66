import { deepEqual } from '../../resources/deep-equal.ts';
import { isRecord } from '../../resources/schema/walk.ts';
import { setField } from '../../resources/set-field.ts';

/**
 * Takes away from an object that a client sends back what was only shown to it: fields that the shown object has and
 * the stored one has not, where they came back unchanged. What the client itself added or changed stays.
 */
export function undecorate(sent: unknown, shown: unknown, stored: unknown): unknown {
  if (!isRecord(sent) || !isRecord(shown)) return sent;
  if (!isRecord(stored)) return sent;
  const result: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(sent)) {
    if (!Object.hasOwn(stored, key)) {
      const rest = Object.hasOwn(shown, key) ? withoutShown(value, shown[key]) : value;
      if (rest !== undefined) setField(result, key, rest);
    } else {
      const isPlain = deepEqual(shown[key], stored[key]);
      setField(result, key, isPlain ? value : undecorate(value, shown[key], stored[key]));
    }
  }
  return result;
}

/** A field that is only shown: nothing of it stays where it is unchanged; of a mapping, what the client added. */
function withoutShown(sent: unknown, shown: unknown): unknown {
  if (deepEqual(sent, shown)) return undefined;
  if (!isRecord(sent) || !isRecord(shown)) return sent;
  const kept = Object.entries(sent).filter(([key, value]) => !deepEqual(value, shown[key]));
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}
