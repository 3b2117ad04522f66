import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Route, VirtualHost } from '../model/route.ts';
import { duplicateMatches } from './duplicate-matches.ts';
import { keepIdentity } from './keep-identity.ts';
import { sameItems } from './memo.ts';
import { byPrecedence } from './precedence.ts';
import { type Entry, routeOf } from './route-action.ts';
import type { ClusterDemand } from './rule-backends.ts';

/** A virtual host and what is to be said about its routes. */
export interface BuiltVirtualHost {
  readonly host: VirtualHost;
  readonly diagnostics: readonly Diagnostic[];
}

interface Remembered extends BuiltVirtualHost {
  readonly entries: readonly Entry[];
  readonly clusters: readonly string[];
}

/**
 * Makes virtual hosts and remembers them by table and host name: while the entries and the names of their clusters stay
 * the same a virtual host is the same object, and of a changed one every route that says the same.
 */
export class VirtualHosts {
  #latest = new Map<string, Remembered>();
  #used = new Map<string, Remembered>();

  /** Forgets what was not asked for since the last call. */
  endPass(): void {
    this.#latest = this.#used;
    this.#used = new Map();
  }

  /** The virtual host of these entries, which may be none: then the host is known, but everything is answered 404. */
  build(
    table: string,
    domain: string,
    entries: readonly Entry[],
    nameOf: (demand: ClusterDemand) => string,
  ): BuiltVirtualHost {
    const key = `${table} ${domain}`;
    const clusters = entries.flatMap(({ demands }) => demands.map(nameOf));
    const known = this.#latest.get(key);
    const isKnown =
      known !== undefined && sameItems(known.entries, entries) && sameItems(known.clusters, clusters);
    const built = isKnown ? known : { ...make(known, domain, entries, nameOf), entries, clusters };
    this.#used.set(key, built);
    return built;
  }
}

function make(
  previous: Remembered | undefined,
  domain: string,
  entries: readonly Entry[],
  nameOf: (demand: ClusterDemand) => string,
): BuiltVirtualHost {
  const sorted = [...entries].sort(byPrecedence);
  const before = new Map<string, Route>(previous?.host.routes.map((route) => [route.name, route]));
  const made = sorted.map((entry) => {
    const route = routeOf(entry, domain, nameOf);
    return keepIdentity(before.get(route.name), route);
  });
  const routes =
    previous !== undefined && sameItems(previous.host.routes, made) ? previous.host.routes : made;
  const host = routes === previous?.host.routes ? previous.host : { name: domain, domains: [domain], routes };
  return { host, diagnostics: duplicateMatches(sorted) };
}
