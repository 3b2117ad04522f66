import type { Behaviour } from './behaviour.ts';

/** How one simulated pod is started. */
export interface SampleAppOptions {
  /** The pod's own address; every port of the app is bound there and nowhere else. */
  readonly address: string;
  /** The container's environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Further ports to serve HTTP on, beside the defaults of the app. */
  readonly ports: readonly number[];
  /** Contents of the files that the environment names, by path inside the pod. */
  readonly files: Readonly<Record<string, string>>;
  /** Takes the lines that the app would write to its standard output. */
  log(line: string): void;
}

/** A running simulated backend. */
export interface SampleApp {
  /** Whether it accepts connections: true once started, false as soon as it is closed. */
  readonly ready: boolean;
  /** The ports that it has bound, in ascending order. */
  readonly ports: readonly number[];
  /** Makes it fail, delay or hang from the next request on; `{}` is the normal behaviour. */
  behave(behaviour: Behaviour): void;
  /** Stops at once and cuts open connections, as a killed pod does. Idempotent. */
  close(): Promise<void>;
}
