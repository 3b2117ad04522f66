/** Objects that are nested deeper than any object of a kind can be are refused before anything walks through them. */
const maxDepth = 200;

/** Whether a JSON value is nested too deeply to be an object. Does not recurse. */
export function isTooDeep(value: unknown): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) return true;
    level = level.flatMap((item) => (typeof item === 'object' && item !== null ? Object.values(item) : []));
  }
  return false;
}
