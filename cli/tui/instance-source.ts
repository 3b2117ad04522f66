import type { TenantConfiguration } from '../../src/api/tenant-configuration.ts';
import type { LogLine, LogOwner } from '../../src/model/logs.ts';
import type { KubeObject } from '../../src/resources/resource.ts';
import type { SessionEvent } from '../../src/session/events.ts';
import type { DeclaredText } from '../../src/session/objects/declared-text.ts';
import type { InstanceView } from '../../src/session/view/instance-view.ts';

/** What a person wants done. Each has a twin on the command line. */
export type Intent =
  | { readonly type: 'scale'; readonly namespace: string; readonly name: string; readonly replicas: number }
  /** Ends a pod as if it had crashed; its Deployment starts another one. */
  | { readonly type: 'kill-pod'; readonly namespace: string; readonly name: string }
  | { readonly type: 'restart-proxy'; readonly tenant: string }
  /** Reads all files again: objects that `scale` or the API changed follow them again. */
  | { readonly type: 'reread' };

/**
 * An instance as the terminal app sees it: in this process, or another one that it is attached to. The app only reads
 * this and sends intents.
 */
export interface InstanceSource {
  /** Whether intents are refused. */
  readonly isReadOnly: boolean;
  /** `undefined` until there is an instance (while Envoy is being fetched, say). The same reference while nothing changed. */
  view(): InstanceView | undefined;
  /** Events in order, first those that are kept; batches. Returns what ends it. */
  subscribe(listener: (events: readonly SessionEvent[]) => void): () => void;
  /** Calls the listener once, when the instance has ended without having been asked to by this app. */
  onEnd(listener: (reason: string) => void): () => void;
  /** @throws when it is refused or cannot be done; the message is for people */
  act(intent: Intent): Promise<void>;
  /** An object with its status; `undefined` where there is none. `ref` is `Kind/namespace/name` or `Kind/name`. */
  object(ref: string): Promise<KubeObject | undefined>;
  /** What stands in the file, as it was declared: text, file and line of its first line. */
  source(ref: string): Promise<DeclaredText | undefined>;
  /** A tenant's model and its xDS resources, as `calb-sim translate` prints them, secrets left out. */
  configuration(tenant: string): Promise<TenantConfiguration | undefined>;
  /** Latest lines, then new ones as they come. Returns what ends it. */
  followLogs(owner: LogOwner, listener: (lines: readonly LogLine[]) => void): () => void;
}
