/** Middle of the sorted samples. */
export function median(samples) {
  const sorted = samples.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The sample that this share of all is not above. */
export function quantile(samples, share) {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

/** Runs `measure` one after the other and gives all its results. */
export async function repeat(times, measure) {
  const results = [];
  for (let i = 0; i < times; i++) results.push(await measure(i));
  return results;
}

/** A short number for people: 3 significant digits, thousands with a comma. */
export function show(number) {
  if (number >= 100) return Math.round(number).toLocaleString('en-US');
  return String(Number(number.toPrecision(3)));
}
