/** Milliseconds as a duration in protobuf's JSON form: `1500` is `1.5s`. */
export function duration(milliseconds: number): string {
  return `${Number((milliseconds / 1000).toFixed(6))}s`;
}

/** {@link duration} of a value that may be absent. */
export function optionalDuration(milliseconds: number | undefined): string | undefined {
  return milliseconds === undefined ? undefined : duration(milliseconds);
}
