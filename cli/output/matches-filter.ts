/**
 * Whether a text has all words of a filter, in any case; `!word` must not be in it. What people type into `/` and give to
 * `--filter` of logs.
 */
export function matchesFilter(text: string, filter: string): boolean {
  const lower = text.toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '' && word !== '!')
    .every((word) => (word.startsWith('!') ? !lower.includes(word.slice(1)) : lower.includes(word)));
}
