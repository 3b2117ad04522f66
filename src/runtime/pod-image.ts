/** A container as a Deployment declares it (core/v1 `Container`). Files are the pod's. */
export interface PodImage {
  readonly reference: string;
  /** As declared; the pod's own is that of the app that stands in. */
  readonly env: Readonly<Record<string, string>>;
  /** Replaces the image's entrypoint. */
  readonly command?: readonly string[];
  /** Replaces the image's arguments. */
  readonly args?: readonly string[];
  readonly workingDir?: string;
  /** `uid` or `uid:gid` (`securityContext`); the image's own where it is absent. */
  readonly user?: string;
  /** Nothing but its volumes can be written to (`securityContext.readOnlyRootFilesystem`). */
  readonly readOnlyRoot?: true;
  readonly volumes?: readonly PodVolume[];
  readonly readinessProbe?: PodProbe;
  readonly livenessProbe?: PodProbe;
  /** A successful one lets the other probes begin. */
  readonly startupProbe?: PodProbe;
  /** What becomes of the pod when its program ends; absent: it is started again. */
  readonly restarts?: 'Never' | 'OnFailure';
  /** How its program talks to who is attached to it. */
  readonly console?: { readonly stdin: boolean; readonly stdinOnce: boolean; readonly tty: boolean };
  /** No app stands in for it where it cannot be had. */
  readonly isNeeded?: true;
}

/** A folder that holds only what its volume does, whatever the image has there. Its files are among the pod's. */
export interface PodVolume {
  readonly path: string;
  /** Mode of its files (`defaultMode`). */
  readonly fileMode?: number;
  /** Empty when the container starts, and anybody may write to it (`emptyDir`). */
  readonly isScratch?: true;
}

/** A probe (core/v1 `Probe`), ports resolved to numbers, times in milliseconds. */
export interface PodProbe {
  readonly check:
    | {
        readonly type: 'http';
        readonly scheme: 'HTTP' | 'HTTPS';
        readonly path: string;
        readonly port: number;
        readonly headers: Readonly<Record<string, string>>;
      }
    | { readonly type: 'tcp'; readonly port: number }
    | { readonly type: 'grpc'; readonly port: number; readonly service: string }
    | { readonly type: 'exec'; readonly command: readonly string[] };
  readonly initialDelayMs: number;
  readonly periodMs: number;
  readonly timeoutMs: number;
  readonly successThreshold: number;
  readonly failureThreshold: number;
}
