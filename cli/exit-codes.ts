/** What each exit code of `calb-sim` stands for. Scripts rely on the numbers. */
export const exitCodes = {
  ok: 0,
  /** A fault of calb-sim itself. */
  fault: 1,
  /** The object that was asked for does not exist. */
  noSuchObject: 1,
  /** What runs differs from what the files declare (`diff`). */
  differs: 1,
  /** Wrong usage: an unknown command, option or kind, a path that does not exist. */
  usage: 2,
  /** The configuration has errors (`validate`, `translate`). */
  configuration: 3,
  /** The environment lacks something (Envoy, permissions), or no instance runs. */
  environment: 4,
  /** Ports are taken and cannot be moved. */
  portConflict: 5,
  /** An assertion of a scenario failed. */
  assertion: 6,
  timedOut: 7,
  hangup: 129,
  interrupted: 130,
  terminated: 143,
} as const;

/** A number that `calb-sim` may end with. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
