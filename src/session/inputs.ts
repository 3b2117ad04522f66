import type { ControlPlaneEvent } from '../control-plane/control-plane.ts';
import type { LoadedFile } from '../resources/load-file.ts';
import type { ManifestObject, ObjectKey } from '../resources/manifest.ts';
import type { Binding } from '../runtime/runtime.ts';
import type { RuntimeEvent } from '../runtime/runtime-event.ts';
import type { ProxyCredentials } from './state.ts';

/** Objects that are written through the API, all in one step. They have been checked. */
export interface ObjectWrite {
  readonly put: readonly ManifestObject[];
  readonly delete: readonly ObjectKey[];
  readonly statuses?: readonly { readonly key: ObjectKey; readonly status: unknown }[];
  /** Who writes: the field manager, or the program that sent the request. */
  readonly by: string;
}

/**
 * What the session's queue carries: facts that the edges observed, and intents of people. Times are milliseconds since
 * the epoch, taken where the fact was seen.
 */
export type SessionInput =
  /** Files that were read again, parsed. `path` with `undefined`: the file is gone. */
  | {
      readonly type: 'files-read';
      readonly files: readonly { readonly path: string; readonly loaded: LoadedFile | undefined }[];
      /** When the save was first noticed. */
      readonly seenAtMs: number;
      /** Somebody asked for all files to be read again, saved or not. */
      readonly isAsked?: true;
    }
  | { readonly type: 'ports-reserved'; readonly bindings: readonly Binding[] }
  | { readonly type: 'credentials-ready'; readonly tenant: string; readonly credentials: ProxyCredentials }
  | { readonly type: 'runtime'; readonly event: RuntimeEvent }
  | { readonly type: 'control-plane'; readonly event: ControlPlaneEvent }
  /** Every Programmed listener answered. */
  | { readonly type: 'listeners-answered' }
  | { readonly type: 'problem'; readonly message: string; readonly hint: string }
  /** Somebody wrote or deleted objects through the API. */
  | ({ readonly type: 'object-write' } & ObjectWrite)
  | { readonly type: 'scale'; readonly namespace: string; readonly name: string; readonly replicas: number }
  | {
      readonly type: 'kill-pod';
      readonly namespace: string;
      readonly name: string;
      /** What is started instead counts as another pod: somebody deleted it. */
      readonly isDeleted?: true;
    }
  | { readonly type: 'restart-proxy'; readonly tenant: string }
  /** Everything was stopped and removed; the last input of an instance. */
  | {
      readonly type: 'stopped';
      readonly removed: Readonly<Record<string, number>>;
      readonly durationMs: number;
    }
  /** Time passed: what waits for a deadline looks again. */
  | { readonly type: 'deadline' };
