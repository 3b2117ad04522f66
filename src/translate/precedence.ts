import type { RouteMatch } from '../model/route.ts';

/** A rule's match and where it comes from: what decides which of several fitting routes takes a request. */
export interface Ranked {
  readonly match: RouteMatch;
  readonly age: RouteAge;
  readonly ruleIndex: number;
  readonly matchIndex: number;
}

/** Of the HTTPRoute. */
export interface RouteAge {
  /** RFC 3339, whole seconds. */
  readonly creationTimestamp: string;
  readonly namespace: string;
  readonly name: string;
}

const pathOrder = { exact: 2, regex: 1, prefix: 0 } as const;

/**
 * Gateway API's order of precedence (v1.6.1, HTTPRouteRule `matches`): exact path, regular expression (where Envoy
 * Gateway puts it), longest prefix, then method, most headers, most query parameters, the older route, the name, the
 * place in the route. Negative: `a` is tried first. A total order.
 */
export function byPrecedence(a: Ranked, b: Ranked): number {
  return (
    pathOrder[b.match.path.type] - pathOrder[a.match.path.type] ||
    pathLength(b.match) - pathLength(a.match) ||
    Number(b.match.method !== undefined) - Number(a.match.method !== undefined) ||
    b.match.headers.length - a.match.headers.length ||
    b.match.queryParams.length - a.match.queryParams.length ||
    compare(a.age.creationTimestamp, b.age.creationTimestamp) ||
    compare(a.age.namespace, b.age.namespace) ||
    compare(a.age.name, b.age.name) ||
    a.ruleIndex - b.ruleIndex ||
    a.matchIndex - b.matchIndex
  );
}

function pathLength({ path }: RouteMatch): number {
  return path.value === '/' ? 0 : path.value.length;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
