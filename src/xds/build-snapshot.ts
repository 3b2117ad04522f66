import type { Tenant } from '../model/tenant.ts';
import { missingReferences, missingRouteTables } from './consistency.ts';
import { contentVersion, versioned } from './encode.ts';
import { encodeCluster } from './encode-cluster.ts';
import { encodeListener } from './encode-listener.ts';
import { encodeRouteTable } from './encode-route.ts';
import { encodeSecret } from './encode-secret.ts';
import type { ListenerSettings } from './listener.ts';
import type { XdsProblem } from './problem.ts';
import type { ResourceType, Snapshot, SnapshotResource } from './snapshot.ts';

/** What a snapshot depends on beside the model. */
export interface SnapshotOptions {
  /** The tenant's access log, as its Envoy sees it. */
  readonly accessLogPath: string;
  /** The file for health-check events, as its Envoy sees it. */
  readonly eventLogPath: string;
  /** Report finished requests to the control plane's access log service. */
  readonly requestEvents: boolean;
  /** See {@link ListenerSettings}. */
  readonly sharesListeners: boolean;
}

export interface BuiltSnapshot {
  readonly snapshot: Snapshot;
  /** What Envoy would have refused; the snapshot holds what is served instead. */
  readonly problems: readonly XdsProblem[];
}

type Resources = ReadonlyMap<string, SnapshotResource>;

/** What was made of one list of the tenant: reused as a whole while the list is the same object. */
interface Group {
  readonly resources: Partial<Record<ResourceType, Resources>>;
  readonly digest: string;
  readonly problems: readonly XdsProblem[];
}

interface Groups {
  readonly listeners: Group;
  readonly routes: Group;
  readonly clusters: Group;
  readonly secrets: Group;
}

interface State {
  readonly tenant: Tenant;
  readonly options: SnapshotOptions;
  readonly groups: Groups;
}

const states = new WeakMap<Snapshot, State>();

/**
 * Encodes all that a tenant's Envoy shall have. Versions are hashes of contents. With `previous`, the tenant's last
 * snapshot, unchanged resources keep their identity, only what changed is encoded, and a resource that Envoy would
 * refuse keeps its last good state.
 */
export function buildSnapshot(tenant: Tenant, options: SnapshotOptions, previous?: Snapshot): BuiltSnapshot {
  const state = previous === undefined ? undefined : states.get(previous);
  const groups = buildGroups({ tenant, options, previous, state });
  const { clusters, listeners, routes, secrets } = groups;
  const snapshot: Snapshot = {
    tenant: tenant.name,
    version: contentVersion(...[clusters, listeners, routes, secrets].map(({ digest }) => digest)),
    resources: {
      cluster: clusters.resources.cluster ?? empty,
      endpoint: clusters.resources.endpoint ?? empty,
      listener: listeners.resources.listener ?? empty,
      route: routes.resources.route ?? empty,
      secret: secrets.resources.secret ?? empty,
    },
  };
  states.set(snapshot, { tenant, options, groups });
  const problems = [clusters, listeners, routes, secrets].flatMap((group) => group.problems);
  return { snapshot, problems: [...problems, ...missingReferences(tenant)] };
}

const empty: Resources = new Map();

interface Input {
  readonly tenant: Tenant;
  readonly options: SnapshotOptions;
  readonly previous: Snapshot | undefined;
  readonly state: State | undefined;
}

function buildGroups(input: Input): Groups {
  const { options, state, tenant } = input;
  const before = state?.tenant;
  const settings: ListenerSettings = {
    accessLog: tenant.proxy.accessLog,
    accessLogPath: options.accessLogPath,
    requestEvents: options.requestEvents,
    sharesListeners: options.sharesListeners,
  };
  const sameEventLog = state?.options.eventLogPath === options.eventLogPath;
  const sameListeners =
    before?.listeners === tenant.listeners &&
    before.proxy.accessLog === settings.accessLog &&
    state?.options.accessLogPath === options.accessLogPath &&
    state.options.requestEvents === options.requestEvents &&
    state.options.sharesListeners === options.sharesListeners;
  const sameRoutes = before?.routeTables === tenant.routeTables && before.listeners === tenant.listeners;
  return {
    clusters:
      state !== undefined && sameEventLog && before?.clusters === tenant.clusters
        ? state.groups.clusters
        : clusterGroup(input),
    listeners: state !== undefined && sameListeners ? state.groups.listeners : listenerGroup(input, settings),
    routes: state !== undefined && sameRoutes ? state.groups.routes : routeGroup(input),
    secrets:
      state !== undefined && before?.secrets === tenant.secrets ? state.groups.secrets : secretGroup(input),
  };
}

function clusterGroup({ options, previous, tenant }: Input): Group {
  const clusters = new Collection('cluster', previous);
  const endpoints = new Collection('endpoint', previous);
  const problems: XdsProblem[] = [];
  for (const model of tenant.clusters) {
    const encoded = encodeCluster(model, options.eventLogPath);
    problems.push(...encoded.problems);
    clusters.add(model.name, encoded.cluster);
    if (clusters.has(model.name)) endpoints.add(model.name, encoded.endpoints);
  }
  return group([clusters, endpoints], problems);
}

function listenerGroup({ previous, tenant }: Input, settings: ListenerSettings): Group {
  const listeners = new Collection('listener', previous);
  const problems: XdsProblem[] = [];
  for (const model of tenant.listeners) {
    const encoded = encodeListener(model, settings);
    problems.push(...encoded.problems);
    listeners.add(model.name, encoded.resource);
  }
  return group([listeners], problems);
}

function routeGroup({ previous, tenant }: Input): Group {
  const tables = new Collection('route', previous);
  const problems: XdsProblem[] = [];
  for (const model of tenant.routeTables) {
    const encoded = encodeRouteTable(model);
    problems.push(...encoded.problems);
    tables.add(model.name, encoded.resource);
  }
  // Without any answer Envoy would keep the listener waiting, and an older one of its name on the port.
  for (const name of missingRouteTables(tenant)) {
    const source = tenant.listeners.find(({ filterChains }) =>
      filterChains.some(({ routeTable }) => routeTable === name),
    )?.source;
    if (source) tables.add(name, encodeRouteTable({ name, source, virtualHosts: [] }).resource);
  }
  return group([tables], problems);
}

function secretGroup({ previous, tenant }: Input): Group {
  const secrets = new Collection('secret', previous);
  for (const model of tenant.secrets) secrets.add(model.name, encodeSecret(model));
  return group([secrets], []);
}

function group(collections: readonly Collection[], problems: readonly XdsProblem[]): Group {
  const resources: Partial<Record<ResourceType, Resources>> = {};
  for (const { resources: map, type } of collections) resources[type] = map;
  return { resources, digest: contentVersion(...collections.map(({ digest }) => digest)), problems };
}

/** Resources of one type under construction. */
class Collection {
  readonly type: ResourceType;
  readonly #resources = new Map<string, SnapshotResource>();
  readonly #previous: Resources | undefined;

  constructor(type: ResourceType, previous: Snapshot | undefined) {
    this.type = type;
    this.#previous = previous?.resources[type];
  }

  get resources(): Resources {
    return this.#resources;
  }

  get digest(): string {
    const lines: string[] = [];
    for (const { name, version } of this.#resources.values()) lines.push(`${name} ${version}\n`);
    return contentVersion(this.type, lines.sort().join(''));
  }

  has(name: string): boolean {
    return this.#resources.has(name);
  }

  /** Without `resource` the last good state stays, where there is one. */
  add(name: string, resource: SnapshotResource | undefined): void {
    const previous = this.#previous?.get(name);
    const kept = resource === undefined ? previous : versioned(previous, resource);
    if (kept !== undefined) this.#resources.set(name, kept);
  }
}
