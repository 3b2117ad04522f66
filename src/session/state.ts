import type { TenantCredentials } from '../control-plane/control-plane.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Address } from '../model/address.ts';
import type { Tenant } from '../model/tenant.ts';
import type { Expansion } from '../providers/provider.ts';
import type { Resource } from '../resources/resource.ts';
import type { ResourceView } from '../resources/resource-view.ts';
import type { ResourceStore } from '../resources/store.ts';
import type { Binding, ObservedState, WantedSocket } from '../runtime/runtime.ts';
import type { Sampling } from '../telemetry/sampler.ts';
import type { HealthState } from '../telemetry/track-health.ts';
import type { TranslateInput, Translation, Workload, Workloads } from '../translate/translation.ts';
import type { XdsProblem } from '../xds/problem.ts';
import type { Snapshot } from '../xds/snapshot.ts';
import type { DiagnosticSet } from './diagnostic-changes.ts';
import type { SessionSettings } from './settings.ts';

/** Everything that an instance knows. Replaced, never changed, by the reducer. */
export interface SessionState {
  readonly settings: SessionSettings;
  /** `seq` of the next event. */
  readonly nextSeq: number;
  /** Whether `Ready` was said; `probing` while the listeners are asked. */
  readonly readiness: 'waiting' | 'probing' | 'ready';
  /** When the files were read for the first time, milliseconds since the epoch. */
  readonly loadedAtMs: number | undefined;
  readonly store: ResourceStore;
  readonly expansion: Expansion | undefined;
  /** The declared objects that the expansion was made from. */
  readonly expandedFrom: ResourceView | undefined;
  /** When the latest step began that derived what follows from the objects, milliseconds since the epoch. */
  readonly derivedAtMs: number;
  /**
   * Objects were written, and what follows from them is derived a moment later; `cause` is the last event about it,
   * `writes` has the one of each object.
   */
  readonly deferred:
    | { readonly cause: number | undefined; readonly writes: ReadonlyMap<string, number> }
    | undefined;
  readonly workloads: Workloads;
  readonly wanted: readonly WantedSocket[];
  readonly bindings: readonly Binding[];
  /** Tenants whose configuration waits for a way to other namespaces, and since when. */
  readonly heldSinceMs: ReadonlyMap<string, number>;
  /** Whether who runs everything is gone for the moment. */
  readonly isEngineLost: boolean;
  /** Images that are being fetched, with how much of each was told last, percent. */
  readonly pulls: ReadonlyMap<string, number>;
  /** What the runtime last reported; arrays keep their identity while nothing changed. */
  readonly observed: ObservedState;
  /** What the last translation read, and what it gave. */
  readonly translated: TranslateInput | undefined;
  readonly translation: Translation | undefined;
  readonly statuses: ReadonlyMap<Resource, ResourceStatus>;
  readonly tenants: ReadonlyMap<string, TenantState>;
  readonly diagnostics: DiagnosticSet;
  /** What Envoys refused and was not mended since, by tenant, type and resource name. */
  readonly rejections: ReadonlyMap<string, Diagnostic>;
  /** Pods that are no longer wanted but still run, until no Envoy knows them. By `namespace/name`. */
  readonly leaving: ReadonlyMap<string, Leaving>;
  /** The workloads that `podFacts` knows. */
  readonly rememberedWorkloads: Workloads | undefined;
  /** What each known pod is for, by `namespace/name`; kept until it has stopped. */
  readonly podFacts: ReadonlyMap<string, PodFacts>;
  /** When the events that can be causes happened, by `seq`; the latest ones only. */
  readonly causeTimes: ReadonlyMap<number, number>;
  /** The event that last touched what an endpoint stands for, by pod (`pod/name`) or Service (`service/ns/name`). */
  readonly endpointCauses: ReadonlyMap<string, number>;
}

/** A status as translation gave it, and with the times of its conditions. */
export interface ResourceStatus {
  readonly raw: unknown;
  readonly stamped: unknown;
}

export interface TenantState {
  readonly name: string;
  readonly credentials: ProxyCredentials | undefined;
  readonly model: Tenant | undefined;
  /** The model that `snapshot` was made from, and what Envoy would have refused of it. */
  readonly encodedModel: Tenant | undefined;
  readonly problems: readonly XdsProblem[];
  readonly snapshot: Snapshot | undefined;
  /** Version that its Envoy acknowledged completely. */
  readonly ackedVersion: string | undefined;
  readonly isConnected: boolean;
  /** How many of its requests are reported. */
  readonly sampling: Sampling;
  /** What its Envoy has said about endpoints. */
  readonly health: HealthState;
  readonly envoy: { readonly pid?: number; readonly container?: string };
  /** Another Envoy that is about to take over, and what it has said about endpoints. */
  readonly successor: Successor | undefined;
  /** When its Envoy went that had everything: the next one starts anew. */
  readonly lostAtMs: number | undefined;
}

export interface Successor {
  readonly container: string;
  /** Lines of its health log, oldest first. */
  readonly healthLines: readonly string[];
}

/** What a tenant's Envoy needs to come to the control plane. */
export type ProxyCredentials = TenantCredentials & {
  /** Where that is, as Envoy sees it. */
  readonly at: Address;
};

export interface PodFacts {
  /** `Deployment/ns/name`, or the Backend whose address it simulates. */
  readonly owner: string;
  /** Services that select it, as `namespace/name`. */
  readonly services: readonly string[];
  /** When it was first wanted, or last replaced; milliseconds since the epoch. */
  readonly createdAtMs: number;
  /** When its program was started last, and when it ended last. */
  readonly startedAtMs?: number;
  readonly endedAtMs?: number;
  /** What it is, as it was wanted last. */
  readonly workload: Workload;
}

export interface Leaving {
  /** Stopped at the latest then, whether or not all Envoys have acknowledged that it is gone. */
  readonly deadlineMs: number;
  readonly cause: number | undefined;
}
