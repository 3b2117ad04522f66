/** JSON of which little is known: what is read of it is checked where it is read. */
export type Json = Readonly<Record<string, unknown>>;

/** The parts of `/config_dump?include_eds` (`envoy.admin.v3.ConfigDump`) that are shown. */
export interface ConfigDump {
  readonly bootstrap: Json | undefined;
  readonly listeners: readonly DumpedResource[];
  readonly routes: readonly DumpedResource[];
  readonly clusters: readonly DumpedResource[];
  readonly endpoints: readonly DumpedResource[];
  readonly secrets: readonly DumpedResource[];
}

export interface DumpedResource {
  /** `static`, `active` or `warming`; `rejected` for a listener of which Envoy has only the refusal. */
  readonly state: 'static' | 'active' | 'warming' | 'rejected';
  /** Empty for what is static. */
  readonly version: string;
  readonly name: string;
  readonly resource: Json;
}

/** Takes a dump apart. Sections that are missing are empty. */
export function readConfigDump(dump: unknown): ConfigDump {
  const sections = list(object(dump), 'configs');
  const section = (type: string) =>
    sections.find((one) => text(one, '@type').endsWith(`.${type}ConfigDump`)) ?? {};
  const bootstrap = section('Bootstrap').bootstrap;
  return {
    bootstrap: bootstrap === undefined ? undefined : object(bootstrap),
    listeners: [
      ...list(section('Listeners'), 'static_listeners').map((entry) => read('static', entry, 'listener')),
      ...list(section('Listeners'), 'dynamic_listeners').flatMap(readListener),
    ],
    routes: [
      ...list(section('Routes'), 'static_route_configs').map((entry) =>
        read('static', entry, 'route_config'),
      ),
      ...list(section('Routes'), 'dynamic_route_configs').map((entry) =>
        read('active', entry, 'route_config'),
      ),
    ],
    clusters: readGroups(section('Clusters'), 'clusters', 'cluster'),
    endpoints: [
      ...list(section('Endpoints'), 'static_endpoint_configs').map((entry) =>
        read('static', entry, 'endpoint_config'),
      ),
      ...list(section('Endpoints'), 'dynamic_endpoint_configs').map((entry) =>
        read('active', entry, 'endpoint_config'),
      ),
    ],
    secrets: readGroups(section('Secrets'), 'secrets', 'secret'),
  };
}

function readGroups(section: Json, plural: string, field: string): readonly DumpedResource[] {
  return [
    ...list(section, `static_${plural}`).map((entry) => read('static', entry, field)),
    ...list(section, `dynamic_active_${plural}`).map((entry) => read('active', entry, field)),
    ...list(section, `dynamic_warming_${plural}`).map((entry) => read('warming', entry, field)),
  ];
}

function readListener(entry: Json): readonly DumpedResource[] {
  const active = object(entry.active_state);
  const warming = object(entry.warming_state);
  const states = [
    ...('listener' in active ? [read('active', active, 'listener')] : []),
    ...('listener' in warming ? [read('warming', warming, 'listener')] : []),
  ];
  if (states.length > 0 || !('error_state' in entry)) return states;
  return [{ state: 'rejected', version: '', name: text(entry, 'name'), resource: object(entry.error_state) }];
}

function read(state: DumpedResource['state'], entry: Json, field: string): DumpedResource {
  const { '@type': _, ...resource } = object(entry[field]);
  const name = text(entry, 'name') || text(resource, 'name') || text(resource, 'cluster_name');
  return { state, version: text(entry, 'version_info'), name, resource };
}

/** The object, or an empty one. */
export function object(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

/** The objects of a field that is a list; empty where it is none. */
export function list(holder: Json, field: string): readonly Json[] {
  const value = holder[field];
  return Array.isArray(value) ? value.map(object) : [];
}

/** The texts of a field that is a list. */
export function texts(holder: Json, field: string): readonly string[] {
  const value = holder[field];
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}

/** A field that is a text; empty where it is none. */
export function text(holder: Json, field: string): string {
  const value = holder[field];
  return typeof value === 'string' ? value : '';
}
