/** What Envoy's command line depends on. */
export interface EnvoyCommand {
  readonly bootstrapFile: string;
  readonly concurrency: number;
}

/** Arguments of an Envoy of ours. */
export function envoyArguments({ bootstrapFile, concurrency }: EnvoyCommand): readonly string[] {
  return [
    ...['-c', bootstrapFile],
    ...['--concurrency', String(concurrency)],
    // Several Envoys on one machine would otherwise fight over one shared memory segment.
    '--disable-hot-restart',
    // Replaced listeners keep their connections for 600 s by default.
    ...['--drain-time-s', '1', '--drain-strategy', 'immediate'],
    // Health events must be seen when they happen; by default they wait for 64 KB or 10 s. Writing every line at once
    // (`--file-flush-min-size-kb 0`) would take a fifth of the requests/s, because the access log is such a file, too.
    ...['--file-flush-interval-msec', '20'],
    ...['--log-level', 'warning'],
  ];
}
