/** A value as a person can read it in a terminal and a program can parse it. Ends with a newline. */
export function formatJson(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/** One line of a stream of JSON objects, newline included. */
export function jsonLine(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
