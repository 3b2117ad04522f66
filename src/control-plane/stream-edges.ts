import type { Snapshot } from '../xds/snapshot.ts';
import type { ControlPlaneEvent } from './control-plane.ts';

/** What a snapshot is sent for. */
export interface Target {
  readonly snapshot: Snapshot;
  readonly cause: number | undefined;
}

/** How a stream touches the world. */
export interface StreamEdges {
  /** Writes a response; `false` when the connection wants no more until it has drained. */
  readonly send: (bytes: Buffer) => boolean;
  readonly emit: (event: ControlPlaneEvent) => void;
  /** Milliseconds of any steady clock. */
  readonly now: () => number;
  /** Calls `task` later; returns what cancels it. */
  readonly schedule: (task: () => void, afterMs: number) => () => void;
  /** How long routes wait for a new cluster that does not become ready. */
  readonly warmingPatienceMs: number;
}
