import type { LogLine } from '../../model/logs.ts';
import type { DesiredPod, DesiredServicePort } from '../runtime.ts';

/** Tells a pod host that was started without an argument which instance it is for: the first message, before requests. */
export interface OpenHost {
  readonly type: 'open';
  readonly runFolder: string;
}

/** What the parent asks of the pod host. Each request gets one {@link HostReply} with its `id`. */
export type HostRequest = { readonly id: number } & (
  | { readonly type: 'start-pod'; readonly key: string; readonly pod: HostedPod }
  /** After so many milliseconds, in which requests that are under way may end. */
  | { readonly type: 'stop-pod'; readonly key: string; readonly afterMs: number }
  | {
      readonly type: 'put-service';
      readonly key: string;
      readonly address: string;
      readonly isShared: boolean;
      readonly ports: readonly DesiredServicePort[];
    }
  | { readonly type: 'remove-service'; readonly key: string }
  /** The kept lines of a pod. */
  | { readonly type: 'read-log'; readonly key: string }
  /** From now on its lines are sent, or no longer. */
  | { readonly type: 'follow-log'; readonly key: string; readonly isFollowed: boolean }
  /** Stop everything and exit. */
  | { readonly type: 'close' }
);

/** A pod with the address that was found for it. */
export type HostedPod = Pick<DesiredPod, 'app' | 'env' | 'ports' | 'files'> & {
  readonly address: string;
  /** Whether others use the address too, so that taken ports must move. */
  readonly isShared: boolean;
};

/** A request as its sender writes it. */
export type HostRequestBody = HostRequest extends infer R
  ? R extends HostRequest
    ? Omit<R, 'id'>
    : never
  : never;

/** What became of a request. */
export type HostOutcome =
  | {
      readonly ok: true;
      /** start-pod: whether the app serves. */
      readonly ready?: boolean;
      /** Declared port → port that is really bound, where they differ. */
      readonly movedPorts?: Readonly<Record<number, number>>;
      /** read-log: oldest first. Absent: no pod of that key is known. */
      readonly lines?: readonly LogLine[];
    }
  | {
      readonly ok: false;
      /** The system's error code, `EADDRINUSE`, where there is one. */
      readonly code?: string;
      readonly message: string;
      /** The port that could not be bound. */
      readonly port?: number;
    };

export type HostReply = { readonly id: number } & HostOutcome;

/** Everything that the pod host sends. */
export type HostMessage =
  | { readonly type: 'ready' }
  | ({ readonly type: 'reply' } & HostReply)
  /** New lines of a pod that is followed. */
  | { readonly type: 'log-lines'; readonly key: string; readonly lines: readonly LogLine[] }
  /** An error that no request led to. The host goes on. */
  | { readonly type: 'fault'; readonly message: string };
