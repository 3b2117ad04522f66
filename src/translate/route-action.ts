import type { HTTPRoute } from '../gen/kinds/http-route.ts';
import type { Route, RouteAction } from '../model/route.ts';
import type { Resource } from '../resources/resource.ts';
import type { JudgedListener } from './listener.ts';
import type { Ranked } from './precedence.ts';
import { redirectAction } from './redirects.ts';
import type { MatchShape, RuleShape } from './route-shape.ts';
import type { ClusterDemand, RuleBackends, TrafficSettings } from './rule-backends.ts';

/** A match of a rule on a listener, ready for any virtual host of it once clusters have names. */
export interface Entry extends Ranked {
  readonly route: Resource<HTTPRoute>;
  readonly rule: RuleShape;
  readonly shape: MatchShape;
  readonly listener: JudgedListener;
  readonly settings: TrafficSettings;
  /** Absent for a rule without references. */
  readonly backends: RuleBackends | undefined;
  /** Clusters that the route will name. */
  readonly demands: readonly ClusterDemand[];
}

/** The clusters that an entry's route sends to. */
export function demandsOf(rule: RuleShape, backends: RuleBackends | undefined): readonly ClusterDemand[] {
  if (backends === undefined || rule.filters.errors.length > 0 || rule.filters.redirect !== undefined)
    return [];
  if (backends.outcome.type !== 'forward') return [];
  return [
    ...backends.outcome.shares.flatMap(({ demand }) => demand ?? []),
    ...backends.mirrors.map(({ demand }) => demand),
  ];
}

/** The route of an entry in the virtual host of `host`. */
export function routeOf(entry: Entry, host: string, nameOf: (demand: ClusterDemand) => string): Route {
  const { route, rule, settings, shape } = entry;
  const { namespace = 'default', name } = route.object.metadata;
  const { requestHeaders, responseHeaders, cors } = rule.filters;
  const { fault, localRateLimit } = settings;
  const base = {
    // Dots are special in the names of Envoy's statistics.
    name: `${route.object.kind.toLowerCase()}/${namespace}/${name}/${shape.section}/${host.replaceAll('.', '_')}`,
    source: { kind: route.object.kind, namespace, name, section: shape.section },
    match: shape.match,
  };
  if (shape.isPreflight) {
    // Envoy's CORS filter works on routes with a cluster only; it answers permitted origins itself.
    return { ...base, action: actionOf(entry, nameOf), ...(cors !== undefined && { cors }) };
  }
  return {
    ...base,
    action: actionOf(entry, nameOf),
    ...(requestHeaders !== undefined && { requestHeaders }),
    ...(responseHeaders !== undefined && { responseHeaders }),
    ...(cors !== undefined && { cors }),
    ...(fault !== undefined && { fault }),
    ...(localRateLimit !== undefined && { localRateLimit }),
  };
}

function actionOf(entry: Entry, nameOf: (demand: ClusterDemand) => string): RouteAction {
  const { backends, listener, rule, settings } = entry;
  const { errors, redirect, rewrite } = rule.filters;
  if (errors.length > 0 || settings.error !== undefined) return { type: 'direct', status: 500 };
  if (redirect !== undefined) return redirectAction(redirect, listener);
  if (backends === undefined) return { type: 'direct', status: 500 };
  const { outcome, mirrors } = backends;
  if (outcome.type === 'direct') return outcome;
  const timeoutMs = rule.timing.timeoutMs ?? settings.timeoutMs;
  const retry = rule.timing.retry ?? settings.retry;
  const { hashPolicy } = settings;
  return {
    type: 'forward',
    clusters: outcome.shares.map(({ demand, ...share }) => ({
      cluster: demand === null ? null : nameOf(demand),
      ...share,
    })),
    mirrors: mirrors.map(({ demand, ...mirror }) => ({ cluster: nameOf(demand), ...mirror })),
    ...(rewrite !== undefined && { rewrite }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(retry !== undefined && { retry }),
    ...(hashPolicy !== undefined && { hashPolicy }),
  };
}
