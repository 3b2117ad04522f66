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

/** How demands are named in one pass. */
export interface Naming {
  readonly nameOf: (demand: ClusterDemand) => string;
  /** Whether every demand of the pass before still has its name. */
  readonly isUnchanged: boolean;
}

/**
 * Makes virtual hosts and remembers them by table and host name: while the entries and the names of their clusters stay
 * the same a virtual host is the same object, and of a changed one every route that says the same.
 */
export class VirtualHosts {
  #latest = new Map<string, Map<string, Remembered>>();
  #used = new Map<string, Map<string, Remembered>>();

  /** Forgets the tables that were not asked for since the last call. */
  endPass(): void {
    this.#latest = this.#used;
    this.#used = new Map();
  }

  /** The virtual hosts of a table. Entries may be none: then the host is known, but everything is answered 404. */
  buildTable(
    table: string,
    entries: ReadonlyMap<string, readonly Entry[]>,
    naming: Naming,
  ): readonly BuiltVirtualHost[] {
    const latest = this.#latest.get(table);
    const used = new Map<string, Remembered>();
    this.#used.set(table, used);
    const hosts: BuiltVirtualHost[] = [];
    for (const [domain, ofHost] of entries) {
      const built = build(latest?.get(domain), domain, ofHost, naming);
      used.set(domain, built);
      hosts.push(built);
    }
    return hosts;
  }
}

function build(
  known: Remembered | undefined,
  domain: string,
  entries: readonly Entry[],
  { isUnchanged, nameOf }: Naming,
): Remembered {
  const isKnown = known !== undefined && sameItems(known.entries, entries);
  if (isKnown && isUnchanged) return known;
  const clusters = entries.flatMap(({ demands }) => demands.map(nameOf));
  if (isKnown && sameItems(known.clusters, clusters)) return known;
  return { ...make(known, domain, entries, nameOf), entries, clusters };
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
