import { isAtLeast } from './envoy-version.ts';

/** What Envoy's command line depends on. */
export interface EnvoyCommand {
  readonly bootstrapFile: string;
  readonly concurrency: number;
  /** `1.40.0` */
  readonly version: string;
}

/** Arguments of an Envoy of ours. */
export function envoyArguments({ bootstrapFile, concurrency, version }: EnvoyCommand): readonly string[] {
  return [
    ...['-c', bootstrapFile],
    ...['--concurrency', String(concurrency)],
    // Several Envoys on one machine would otherwise fight over one shared memory segment.
    '--disable-hot-restart',
    // Replaced listeners keep their connections for 600 s by default.
    ...['--drain-time-s', '1', '--drain-strategy', 'immediate'],
    // Health events must be seen when they happen; by default they wait for 64 KB or 10 s.
    ...['--file-flush-interval-msec', '50'],
    ...(isAtLeast(version, [1, 37]) ? ['--file-flush-min-size-kb', '0'] : []),
    ...['--log-level', 'warning'],
  ];
}
