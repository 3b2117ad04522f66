import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import type { HTTPRoute } from '../gen/kinds/http-route.ts';
import type { RouteMatch } from '../model/route.ts';
import { positionOf } from '../resources/position.ts';
import { type Path, type Resource, resourceName } from '../resources/resource.ts';
import { type RuleFilters, ruleFilters } from './filters.ts';
import { type MatchSpec, matchError, matchKey, routeMatch } from './matches.ts';
import { type RuleTiming, ruleTiming } from './rule-timing.ts';

/** What an HTTPRoute says by itself, whatever it is attached to. */
export interface RouteShape {
  readonly rules: readonly RuleShape[];
  readonly diagnostics: readonly Diagnostic[];
}

export interface RuleShape {
  readonly index: number;
  readonly matches: readonly MatchShape[];
  readonly filters: RuleFilters;
  readonly timing: RuleTiming;
  readonly hasBackends: boolean;
  /** Why the rule counts as invalid: its reason and message in the route's conditions. */
  readonly errors: readonly { readonly reason: string; readonly message: string }[];
}

/** One way into a rule: becomes a route of each of its virtual hosts. */
export interface MatchShape {
  readonly index: number;
  readonly match: RouteMatch;
  /** `rule/0/match/1`, with `/cors-preflight` for the route that answers preflights. */
  readonly section: string;
  readonly key: string;
  readonly isPreflight: boolean;
}

type Rule = HTTPRoute['spec']['rules'][number];

const known = new WeakMap<Resource<HTTPRoute>, RouteShape>();

/** The shape of a route; made once for each version of it. */
export function routeShape(route: Resource<HTTPRoute>): RouteShape {
  let shape = known.get(route);
  if (shape === undefined) {
    shape = makeShape(route);
    known.set(route, shape);
  }
  return shape;
}

function makeShape(route: Resource<HTTPRoute>): RouteShape {
  const diagnostics: Diagnostic[] = [];
  const say = (code: Diagnostic['code'], path: Path, message: string, effect?: string) => {
    const position = positionOf(route, path);
    const resource = resourceName(route);
    diagnostics.push(
      diagnostic(code, { message, position, resource, ...(effect !== undefined && { effect }) }),
    );
  };
  const rules = route.object.spec.rules.map((rule, index) => ruleShape(rule, index, say));
  return { rules, diagnostics };
}

type Say = (code: Diagnostic['code'], path: Path, message: string, effect?: string) => void;

function ruleShape(rule: Rule, index: number, say: Say): RuleShape {
  const at = ['spec', 'rules', index];
  const filters = ruleFilters(rule.filters ?? []);
  for (const error of filters.errors) {
    say(error.code, [...at, ...error.path], `Rule ${index}: ${error.message}`);
  }
  if (rule.sessionPersistence !== undefined) {
    say('CALB0424', [...at, 'sessionPersistence'], 'sessionPersistence is not simulated yet');
  }
  const wrong = wrongMatch(rule.matches ?? []);
  if (wrong !== undefined) {
    const effect = 'the rule is left out: its requests fall to other rules, or are answered 404';
    say(
      'CALB0405',
      [...at, 'matches', wrong.index, ...wrong.path],
      `Rule ${index}: ${wrong.message}`,
      effect,
    );
  }
  return {
    index,
    matches: wrong === undefined ? matchShapes(rule, index, filters) : [],
    filters,
    timing: ruleTiming(rule),
    hasBackends:
      (rule.backendRefs ?? []).length > 0 ||
      (rule.filters ?? []).some(({ type }) => type === 'RequestMirror'),
    errors: [
      ...filters.errors,
      ...(wrong === undefined
        ? []
        : [
            {
              reason: 'UnsupportedValue',
              message: `failed to process route rule ${index}: ${wrong.message}`,
            },
          ]),
    ],
  };
}

function wrongMatch(
  matches: readonly MatchSpec[],
): { index: number; message: string; path: Path } | undefined {
  for (const [index, match] of matches.entries()) {
    const error = matchError(match);
    if (error !== undefined) return { ...error, index };
  }
  return undefined;
}

function matchShapes(rule: Rule, ruleIndex: number, filters: RuleFilters): readonly MatchShape[] {
  const matches = rule.matches ?? [];
  // Envoy Gateway numbers the route of a rule without matches so.
  if (matches.length === 0) return [shapeOf(routeMatch({}), ruleIndex, -1)];
  return matches.flatMap((spec, index) => {
    const match = routeMatch(spec);
    const shape = shapeOf(match, ruleIndex, index);
    if (filters.cors === undefined || match.method === undefined || match.method === 'OPTIONS')
      return [shape];
    return [shape, preflight(match, shape)];
  });
}

function shapeOf(match: RouteMatch, ruleIndex: number, index: number): MatchShape {
  const section = `rule/${ruleIndex}/match/${index}`;
  return { index, match, section, key: matchKey(match), isPreflight: false };
}

/** A browser asks with OPTIONS before it sends the method that the rule wants (Envoy Gateway adds this route too). */
function preflight(match: RouteMatch, shape: MatchShape): MatchShape {
  const asks = (name: string) => ({ name, type: 'regex', value: '.*' }) as const;
  const headers = [...match.headers, asks('origin'), asks('access-control-request-method')];
  const asking: RouteMatch = { ...match, method: 'OPTIONS', headers };
  return {
    index: shape.index,
    match: asking,
    section: `${shape.section}/cors-preflight`,
    key: matchKey(asking),
    isPreflight: true,
  };
}
