import type { Route, RouteTable, VirtualHost } from '../model/route.ts';
import type { Source } from '../model/source.ts';
import { contentVersion } from './encode.ts';
import type { XdsProblem } from './problem.ts';
import { routeJson, routeTableHeadJson, virtualHostHeadJson } from './route.ts';
import type { SnapshotResource } from './snapshot.ts';
import { messageNames } from './type-url.ts';
import { constraintViolations } from './wire/constraints.ts';
import { encodeMessage, frame, type JsonMessage } from './wire/encoder.ts';

/** Field numbers: `RouteConfiguration.virtual_hosts`, `VirtualHost.routes`. */
const virtualHostsField = 2;
const routesField = 3;

const virtualHostName = 'envoy.config.route.v3.VirtualHost';
const routeName = 'envoy.config.route.v3.Route';

/** A part of a table, encoded as an element of its repeated field; empty where Envoy would refuse it. */
interface Part {
  readonly element: Uint8Array;
  readonly problems: readonly Problem[];
}

type Problem = Pick<XdsProblem, 'path' | 'message' | 'effect'> & { readonly source: Source };

export interface EncodedRouteTable {
  readonly resource: SnapshotResource;
  readonly problems: readonly XdsProblem[];
}

const tables = new WeakMap<RouteTable, EncodedRouteTable>();
const hosts = new WeakMap<VirtualHost, Part & { readonly digest: string }>();
const routes = new WeakMap<Route, Part>();

/**
 * Encodes a route table from the encoded parts that are known already: an edited route costs its own encoding and a
 * copy of the rest, since elements of repeated fields concatenate. The version is made of the parts' hashes.
 */
export function encodeRouteTable(table: RouteTable): EncodedRouteTable {
  const known = tables.get(table);
  if (known !== undefined) return known;
  const head = encodeMessage(messageNames.route, routeTableHeadJson(table) as JsonMessage);
  const { accepted, problems } = uniqueDomains(table);
  const parts = accepted.map(encodeVirtualHost);
  problems.push(...parts.flatMap((part, index) => inTable(part.problems, index)));
  const result: EncodedRouteTable = {
    resource: {
      name: table.name,
      version: contentVersion(head, parts.map(({ digest }) => digest).join()),
      bytes: Buffer.concat([head, ...parts.map(({ element }) => element)]),
    },
    problems: problems.map((problem) => ({ resourceType: 'route', resource: table.name, ...problem })),
  };
  tables.set(table, result);
  return result;
}

function inTable(problems: readonly Problem[], index: number): Problem[] {
  return problems.map((problem) => ({ ...problem, path: `virtual_hosts[${index}].${problem.path}` }));
}

/** Envoy refuses a whole table in which a domain is named twice: the first virtual host keeps it. */
function uniqueDomains(table: RouteTable): { accepted: readonly VirtualHost[]; problems: Problem[] } {
  const owners = new Map<string, string>();
  const problems: Problem[] = [];
  const accepted = table.virtualHosts.filter((host) => {
    const taken = host.domains.find((domain) => owners.has(domain.toLowerCase()));
    if (taken === undefined) {
      for (const domain of host.domains) owners.set(domain.toLowerCase(), host.name);
      return true;
    }
    problems.push({
      source: host.routes[0]?.source ?? table.source,
      path: '',
      message: `the domain ${taken} belongs to the virtual host ${owners.get(taken.toLowerCase())} already`,
      effect: `the virtual host ${host.name} is left out`,
    });
    return false;
  });
  return { accepted, problems };
}

function encodeVirtualHost(host: VirtualHost): Part & { readonly digest: string } {
  const known = hosts.get(host);
  if (known !== undefined) return known;
  const json = virtualHostHeadJson(host) as JsonMessage;
  const own = constraintViolations(virtualHostName, json);
  const parts = own.length === 0 ? host.routes.map(encodeRoute) : [];
  const bytes = Buffer.concat([encodeMessage(virtualHostName, json), ...parts.map(({ element }) => element)]);
  const source = host.routes[0]?.source;
  const problems: Problem[] =
    source === undefined
      ? []
      : own.map((violation) => ({
          ...violation,
          source,
          effect: `the virtual host ${host.name} is left out`,
        }));
  for (const [index, part] of parts.entries()) {
    problems.push(
      ...part.problems.map((problem) => ({ ...problem, path: `routes[${index}].${problem.path}` })),
    );
  }
  const element = own.length === 0 ? frame(virtualHostsField, bytes) : new Uint8Array();
  const result = { element, digest: contentVersion(element), problems };
  hosts.set(host, result);
  return result;
}

function encodeRoute(route: Route): Part {
  const known = routes.get(route);
  if (known !== undefined) return known;
  const result = encodeCheckedRoute(route);
  routes.set(route, result);
  return result;
}

/** A route that Envoy would refuse answers 500 to what it matches; one whose match is refused is left out. */
function encodeCheckedRoute(route: Route): Part {
  const json = routeJson(route) as JsonMessage;
  const violations = constraintViolations(routeName, json);
  if (violations.length === 0)
    return { element: frame(routesField, encodeMessage(routeName, json)), problems: [] };
  const unmatchable = violations.some(({ path }) => path.startsWith('match'));
  const effect = unmatchable ? 'this match is left out' : 'requests of this match are answered 500';
  const refusal = { name: json.name, match: json.match, direct_response: { status: 500 } };
  return {
    element: unmatchable ? new Uint8Array() : frame(routesField, encodeMessage(routeName, refusal)),
    problems: violations.map((violation) => ({ ...violation, source: route.source, effect })),
  };
}
