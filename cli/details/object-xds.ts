import type { XdsDocument } from '../../src/api/tenant-configuration.ts';
import { formatYaml } from '../output/yaml.ts';
import type { DetailFacts } from './detail-facts.ts';
import type { DetailLine } from './detail-section.ts';
import { textLines } from './object-yaml.ts';

const nothing: readonly DetailLine[] = [{ text: 'nothing of it reaches an Envoy' }];

/** The part of the tenant's model that an object became: what an Envoy must do, without protobuf. */
export function modelLines(facts: DetailFacts): readonly DetailLine[] {
  const names = namesOf(facts);
  const model = facts.configuration?.model as ModelShape | null | undefined;
  if (model === null || model === undefined) return nothing;
  const part = {
    listeners: model.listeners.filter((listener) => mentions(listener, names)),
    routeTables: model.routeTables.flatMap((table) => withRoutes(table, 'virtualHosts', names)),
    clusters: model.clusters.filter(({ name }) => names.has(name)),
  };
  const isEmpty = Object.values(part).every((list) => list.length === 0);
  return isEmpty
    ? nothing
    : textLines(formatYaml([Object.fromEntries(Object.entries(part).filter(([, list]) => list.length > 0))]));
}

/** The xDS resources that an object became, as the tenant's Envoy is sent them. */
export function xdsLines(facts: DetailFacts): readonly DetailLine[] {
  const names = namesOf(facts);
  const documents = (facts.configuration?.xds ?? []).flatMap((document) => relevant(document, names));
  if (documents.length === 0) return nothing;
  return documents.flatMap(({ typeUrl, name, resource }, index) => [
    ...(index === 0 ? [] : [{ text: '---' }]),
    { text: `# ${typeUrl.slice(typeUrl.lastIndexOf('.') + 1)} ${name}`, style: 'cyan' as const },
    ...textLines(formatYaml([resource])),
  ]);
}

interface ModelShape {
  readonly listeners: readonly Readonly<Record<string, unknown>>[];
  readonly routeTables: readonly Readonly<Record<string, unknown>>[];
  readonly clusters: readonly (Readonly<Record<string, unknown>> & { readonly name: string })[];
}

/** Names of routes and clusters, and of the Gateway where the object is one. */
function namesOf({ became, ref }: DetailFacts): ReadonlySet<string> {
  const [kind, ...path] = ref.split('/');
  return new Set([
    ...became.flatMap(({ routes, clusters }) => [...routes, ...clusters].map(({ name }) => name)),
    ...(kind === 'Gateway' ? [path.join('/')] : []),
  ]);
}

function relevant(document: XdsDocument, names: ReadonlySet<string>): readonly XdsDocument[] {
  const kind = document.typeUrl.slice(document.typeUrl.lastIndexOf('.') + 1);
  if (kind === 'RouteConfiguration') {
    const table = document.resource as Readonly<Record<string, unknown>>;
    if (isGateway(document.name, names)) return [document];
    return withRoutes(table, 'virtual_hosts', names).map((resource) => ({ ...document, resource }));
  }
  if (kind === 'Listener') return isGateway(document.name, names) ? [document] : [];
  return names.has(document.name) ? [document] : [];
}

/** `namespace/gateway/port…` of a Gateway that is meant. */
function isGateway(name: string, names: ReadonlySet<string>): boolean {
  return names.has(name.split('/').slice(0, 2).join('/'));
}

/** A route table with only the routes that are meant; nothing where it has none. */
function withRoutes(
  table: Readonly<Record<string, unknown>>,
  hostsField: 'virtualHosts' | 'virtual_hosts',
  names: ReadonlySet<string>,
): readonly Readonly<Record<string, unknown>>[] {
  const hosts = (table[hostsField] ?? []) as readonly {
    readonly routes?: readonly { readonly name?: string }[];
  }[];
  const kept = hosts
    .map((host) => ({ ...host, routes: (host.routes ?? []).filter(({ name = '' }) => names.has(name)) }))
    .filter(({ routes }) => routes.length > 0);
  return kept.length === 0 ? [] : [{ ...table, [hostsField]: kept }];
}

function mentions(listener: Readonly<Record<string, unknown>>, names: ReadonlySet<string>): boolean {
  return typeof listener.name === 'string' && isGateway(listener.name, names);
}
