import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { type ListenerReport, listenerReports } from '../derive/listener-urls.ts';
import type { ListenerUrl } from '../events.ts';
import type { SessionSettings } from '../settings.ts';
import type { SessionState } from '../state.ts';
import { keepArray, keepFields } from './keep-view.ts';
import { type KeptTenant, tenantView } from './tenant-view.ts';

/** An instance as a person looks at it: which tenants run, where requests go, and how each endpoint is. */
export interface InstanceView {
  readonly instance: string;
  readonly runtime: 'process' | 'docker';
  readonly envoyVersion: string;
  readonly readiness: 'waiting' | 'probing' | 'ready';
  /** Milliseconds since the epoch. */
  readonly startedAtMs: number;
  /** Watched files and folders, absolute. */
  readonly paths: readonly string[];
  /** Files that were found there, as events name them. */
  readonly files: readonly string[];
  /** By name. */
  readonly tenants: readonly TenantView[];
  /** What holds now, errors first. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface TenantView {
  readonly name: string;
  /** Version that its Envoy shall have, and the one that it has acknowledged completely; `null` before the first. */
  readonly snapshot: string | null;
  readonly acked: string | null;
  /** What Envoy refused and was not mended since, in its own words. */
  readonly rejected: readonly string[];
  readonly isConnected: boolean;
  readonly proxy: ProxyView;
  readonly listeners: readonly ListenerView[];
  readonly routes: readonly RouteView[];
  readonly clusters: readonly ClusterView[];
  /** Percentage of its requests that are reported; 100: all. */
  readonly sampledPercent: number;
}

export interface ProxyView {
  readonly state: 'absent' | 'starting' | 'running' | 'backing-off';
  readonly pid?: number;
  readonly container?: string;
}

export interface ListenerView extends ListenerUrl {
  readonly isProgrammed: boolean;
}

/** One match of one rule of a route, in the order in which Envoy tries them. */
export interface RouteView {
  /** Envoy's name of it, as a `Request` event has it in `route`. */
  readonly name: string;
  /** `HTTPRoute/namespace/name` that it is of. */
  readonly resource: string;
  readonly rule: number;
  /** Host names of its virtual host, `*` for any. */
  readonly hosts: readonly string[];
  /** The path, as it is declared: `/api` (prefix), `= /exact`, `~ regex`. */
  readonly path: string;
  /** Conditions beside the path, in words: `method=GET`, `header x-user=a`, `query q=1`. */
  readonly conditions: readonly string[];
  readonly action:
    | { readonly type: 'forward'; readonly backends: readonly BackendView[] }
    | { readonly type: 'redirect'; readonly words: string }
    | { readonly type: 'direct'; readonly status: number };
}

/** A weighted cluster of a route. */
export interface BackendView {
  /** `null`: a share that is answered with 500, because its backend does not exist. */
  readonly cluster: string | null;
  /** As people know it: `active.team-b:3000`, several joined by ` + `. */
  readonly label: string;
  readonly weight: number;
}

export interface ClusterView {
  readonly name: string;
  /** As `BackendView.label`. */
  readonly label: string;
  /** The object and rule that it is of. */
  readonly resource: string;
  readonly protocol: 'http1' | 'http2';
  /** In words: `GET /healthz every 3 s, 3 failures`; absent: none. */
  readonly healthCheck?: string;
  readonly outlierDetection?: string;
  /** So few endpoints of the priority that takes traffic are healthy that Envoy uses all of them again. */
  readonly isPanicking: boolean;
  /** Deployments whose pods are behind it, `namespace/name`, also while none of them runs. */
  readonly deployments: readonly string[];
  readonly endpoints: readonly EndpointView[];
}

/** How an endpoint is. `starting`: its pod is not ready yet, or nothing is known of its checks; `draining`: its pod is about to be stopped. */
export type EndpointState = 'healthy' | 'unhealthy' | 'ejected' | 'draining' | 'starting';

export interface EndpointView {
  /** `host:port` as declared; for a pod of a Service its real address. */
  readonly declared: string;
  /** Where it really is, as events name it: `127.0.64.3:3000`, or a path. */
  readonly address: string;
  /** `namespace/name`, where it is exactly one pod. */
  readonly pod?: string;
  /** The Service or Backend that it is of: `active.team-b`. */
  readonly backend: string;
  /** `namespace/name` of the Deployment whose pods stand behind it, where there is exactly one (also with no pod). */
  readonly deployment?: string;
  readonly priority: number;
  /** Share among the localities of its priority. */
  readonly weight: number;
  readonly state: EndpointState;
  /** Since when it is in that state, milliseconds since the epoch, as far as that is known. */
  readonly sinceMs?: number;
  /** How often it was ejected since its cluster was made. */
  readonly ejections: number;
  /** When Envoy lets it return at the earliest, milliseconds since the epoch; only while it is ejected. */
  readonly ejectedUntilMs?: number;
  /** Why it is unhealthy or ejected, in words. */
  readonly detail?: string;
}

/** What was shown of a session last, with what it was made from. */
interface Kept {
  readonly state: SessionState;
  readonly view: InstanceView;
  readonly tenants: ReadonlyMap<string, KeptTenant>;
  readonly reports: readonly ListenerReport[];
}

const latest = new WeakMap<SessionSettings, Kept>();

/**
 * What a person sees of a session. The same reference while it says the same, and so are its parts: a tenant that does
 * not change keeps its view when another one does.
 */
export function instanceView(state: SessionState): InstanceView {
  const before = latest.get(state.settings);
  if (before?.state === state) return before.view;
  const reports = reportsOf(state, before);
  const tenants = new Map(
    [...state.tenants.values()].map((tenant) => [
      tenant.name,
      tenantView(state, tenant, reports, before?.tenants.get(tenant.name)),
    ]),
  );
  const view = keepFields(before?.view, makeView(state, tenants, before?.view));
  latest.set(state.settings, { state, view, tenants, reports });
  return view;
}

function makeView(
  { settings, readiness, store, diagnostics }: SessionState,
  tenants: ReadonlyMap<string, KeptTenant>,
  before: InstanceView | undefined,
): InstanceView {
  const sorted = [...tenants.values()].sort((a, b) => compareText(a.view.name, b.view.name));
  return {
    instance: settings.instance,
    runtime: settings.runtime,
    envoyVersion: settings.envoyVersion,
    readiness,
    startedAtMs: settings.startedAtMs,
    paths: settings.watchedPaths,
    files: keepArray(before?.files, store.paths),
    tenants: keepArray(
      before?.tenants,
      sorted.map(({ view }) => view),
    ),
    diagnostics: keepArray(before?.diagnostics, bySeverity([...diagnostics.values()])),
  };
}

/** Listeners follow from these alone; looking through thousands of routes for each request would be too much. */
function reportsOf(state: SessionState, before: Kept | undefined): readonly ListenerReport[] {
  const known = before?.state;
  const isSame =
    known?.expansion === state.expansion &&
    known?.bindings === state.bindings &&
    known?.translation === state.translation;
  return isSame && before !== undefined ? before.reports : listenerReports(state);
}

const ranks = { error: 0, warning: 1, hint: 2 } as const;

function bySeverity(findings: Diagnostic[]): readonly Diagnostic[] {
  return findings.sort((a, b) => ranks[a.severity] - ranks[b.severity]);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
