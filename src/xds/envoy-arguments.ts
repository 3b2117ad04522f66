/**
 * Envoy's command line, without its bootstrap (`-c FILE`).
 * - no hot restart: several Envoys on a host must not meet in shared memory or on an abstract socket;
 * - replaced listeners drain within a second instead of ten minutes;
 * - events and access logs are written line by line: by default they would be seen up to ten seconds late.
 */
export function envoyArguments(options: { readonly concurrency: number }): readonly string[] {
  return [
    '--disable-hot-restart',
    ...['--concurrency', String(options.concurrency)],
    ...['--drain-time-s', '1'],
    ...['--drain-strategy', 'immediate'],
    ...['--parent-shutdown-time-s', '2'],
    ...['--file-flush-min-size-kb', '0'],
    ...['--file-flush-interval-msec', '50'],
    ...['--log-level', 'warning'],
  ];
}
