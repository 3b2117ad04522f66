/** Ends on SIGTERM and SIGINT. As the first process of a container, Node would ignore them without a handler. */
export function exitOnSignal(): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => process.exit(0));
}
