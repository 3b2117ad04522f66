import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { diagnostic } from '../../diagnostics/diagnostic.ts';
import type { HTTPRoute } from '../../gen/kinds/http-route.ts';
import { positionOf } from '../../resources/position.ts';
import { type Path, type Resource, resourceName } from '../../resources/resource.ts';
import type { TranslateContext } from '../context.ts';
import { keepIdentity } from '../keep-identity.ts';
import type { BackendShare, RefProblem, RuleBackends, TrafficSettings } from '../rule-backends.ts';
import type { BackendTarget } from './backend-target.ts';
import { clusterDemand } from './cluster-plan.ts';
import { emptinessFindings } from './emptiness.ts';
import { type Judgement, judgeReference } from './judge-reference.ts';
import { filterError, type RefFilters, refFilters, unsimulatedFilters } from './ref-filters.ts';
import { resolveMirrors } from './resolve-mirrors.ts';
import { splitReason } from './split-reason.ts';

/** A rule and the policy in force for it. */
export interface RuleWithSettings {
  readonly route: Resource<HTTPRoute>;
  readonly ruleIndex: number;
  readonly settings: TrafficSettings;
}

/** A backendRef after judgement. */
interface JudgedRef {
  readonly index: number;
  readonly weight: number;
  /** Absent: invalid or not simulated; its share is answered 500. */
  readonly target?: BackendTarget;
  readonly filters: RefFilters;
  readonly problem?: RefProblem;
  readonly diagnostics: readonly Diagnostic[];
}

interface Remembered {
  readonly context: TranslateContext;
  readonly backends: RuleBackends;
}

/** How many policies a rule is remembered with: those of its listeners, and not all that were ever edited. */
const maxSettings = 64;

const remembered = new WeakMap<Resource<HTTPRoute>, Map<number, Map<TrafficSettings, Remembered>>>();

/**
 * Judges a rule's backendRefs and RequestMirror references and says which clusters it wants. The result keeps its
 * identity while route, settings and what is behind the references stay the same.
 */
export function resolveBackends(context: TranslateContext, rule: RuleWithSettings): RuleBackends {
  const ofRule = memoryOf(rule);
  const known = ofRule.get(rule.settings);
  if (known?.context === context) return known.backends;
  const backends = keepIdentity(known?.backends, judgeRule(context, rule));
  ofRule.set(rule.settings, { context, backends });
  const [oldest] = ofRule.keys();
  if (ofRule.size > maxSettings && oldest !== undefined) ofRule.delete(oldest);
  return backends;
}

function memoryOf({ route, ruleIndex }: RuleWithSettings): Map<TrafficSettings, Remembered> {
  let ofRoute = remembered.get(route);
  if (ofRoute === undefined) {
    ofRoute = new Map();
    remembered.set(route, ofRoute);
  }
  let ofRule = ofRoute.get(ruleIndex);
  if (ofRule === undefined) {
    ofRule = new Map();
    ofRoute.set(ruleIndex, ofRule);
  }
  return ofRule;
}

function judgeRule(context: TranslateContext, rule: RuleWithSettings): RuleBackends {
  const { route, ruleIndex, settings } = rule;
  const refs = route.object.spec.rules[ruleIndex]?.backendRefs ?? [];
  const judged = refs.map((_, index) => judgeRef(context, rule, index));
  const mirrors = resolveMirrors(context, rule);
  const active = judged.filter(({ weight }) => weight > 0);
  const split = splitReason(
    active.map(({ target, filters }) => ({ target, hasFilters: Object.keys(filters).length > 0 })),
    settings,
  );
  const problems = judged.flatMap(({ problem }) => (problem === undefined ? [] : [problem]));
  return {
    outcome: settings.error === undefined ? outcomeOf(rule, judged, split) : direct(500),
    mirrors: mirrors.mirrors,
    problems: [...problems, ...mirrors.problems],
    diagnostics: [
      ...judged.flatMap(({ diagnostics }) => diagnostics),
      ...mirrors.diagnostics,
      ...splitHints(route, ruleIndex, active, split),
    ],
  };
}

function outcomeOf(
  rule: RuleWithSettings,
  judged: readonly JudgedRef[],
  split: string | undefined,
): RuleBackends['outcome'] {
  const active = judged.filter(({ weight }) => weight > 0);
  const isReachable = active.some(({ target }) => target !== undefined && target.endpoints.length > 0);
  if (!isReachable) {
    const isInvalid = judged.some(({ target }) => target === undefined);
    return direct(isInvalid || active.length === 0 ? 500 : 503);
  }
  return { type: 'forward', shares: split === undefined ? [oneShare(rule, judged)] : shares(rule, active) };
}

/** One cluster for all references: their weights are those of its localities. */
function oneShare(
  { route, ruleIndex, settings }: RuleWithSettings,
  judged: readonly JudgedRef[],
): BackendShare {
  const wanted = judged.flatMap(({ target, weight }) => (target === undefined ? [] : [{ target, weight }]));
  return {
    demand: clusterDemand(route, ruleIndex, settings, wanted),
    weight: judged.reduce((sum, { weight }) => sum + weight, 0),
  };
}

/** One cluster for each reference; an invalid one has none. One without endpoints is an empty cluster: 503. */
function shares(
  { route, ruleIndex, settings }: RuleWithSettings,
  active: readonly JudgedRef[],
): readonly BackendShare[] {
  return active.map(({ target, weight, filters }) => ({
    demand: target === undefined ? null : clusterDemand(route, ruleIndex, settings, [{ target, weight: 1 }]),
    weight,
    ...filters,
  }));
}

function judgeRef(
  context: TranslateContext,
  { route, ruleIndex }: RuleWithSettings,
  index: number,
): JudgedRef {
  const ref = route.object.spec.rules[ruleIndex]?.backendRefs?.[index];
  const path: Path = ['spec', 'rules', ruleIndex, 'backendRefs', index];
  if (ref === undefined) throw new Error(`no backendRef ${index} in rule ${ruleIndex}`);
  const filters = ref.filters ?? [];
  const wrongFilter = filterError(filters);
  const judgement =
    wrongFilter === undefined
      ? judgeReference(context, { route, reference: ref, path })
      : filterProblem(route, [...path, 'filters', wrongFilter.index], wrongFilter.message);
  const base = { index, weight: ref.weight, filters: refFilters(filters) };
  if (judgement.type === 'target') {
    const { target } = judgement;
    const found = [...filterHints(route, path, filters), ...emptinessFindings(context, route, path, target)];
    return { ...base, target, diagnostics: found };
  }
  if (judgement.type === 'unsimulated') return { ...base, diagnostics: judgement.diagnostics };
  const { reason, message } = judgement.problem;
  const where = `Failed to process route rule ${ruleIndex} backendRef ${index}`;
  return {
    ...base,
    problem: { reason, message: `${where}: ${message.replace(/\.?$/, '.')}` },
    diagnostics: judgement.diagnostics,
  };
}

function filterProblem(route: Resource<HTTPRoute>, path: Path, message: string): Judgement {
  return {
    type: 'problem',
    problem: { reason: 'UnsupportedRefValue', message },
    diagnostics: [
      diagnostic('CALB0226', { message, position: positionOf(route, path), resource: resourceName(route) }),
    ],
  };
}

function filterHints(
  route: Resource<HTTPRoute>,
  path: Path,
  filters: Parameters<typeof unsimulatedFilters>[0],
): readonly Diagnostic[] {
  return unsimulatedFilters(filters).map(({ index, type }) =>
    diagnostic('CALB0424', {
      message: `${type} on a backendRef is not simulated yet`,
      position: positionOf(route, [...path, 'filters', index]),
      resource: resourceName(route),
    }),
  );
}

function splitHints(
  route: Resource<HTTPRoute>,
  ruleIndex: number,
  active: readonly JudgedRef[],
  split: string | undefined,
): readonly Diagnostic[] {
  const usable = active.filter(({ target }) => target !== undefined && target.endpoints.length > 0);
  if (usable.length > 0 && usable.every(({ target }) => target?.isFallback)) {
    return [onlyFallbackHint(route, ruleIndex, usable)];
  }
  if (split === undefined || usable.length < 2) return [];
  const fallback = usable.find(({ target }) => target?.isFallback);
  const loss =
    fallback === undefined
      ? 'requests for an unhealthy backendRef do not go to the others'
      : `${fallback.target?.id} is a fallback, but never takes over: it gets its weight all the time`;
  return [
    diagnostic('CALB0420', {
      message: `Rule ${ruleIndex} becomes one cluster for each of its ${active.length} backendRefs because ${split}: ${loss}`,
      position: positionOf(route, ['spec', 'rules', ruleIndex, 'backendRefs'], 'key'),
      resource: resourceName(route),
    }),
  ];
}

function onlyFallbackHint(
  route: Resource<HTTPRoute>,
  ruleIndex: number,
  usable: readonly JudgedRef[],
): Diagnostic {
  const ids = usable.flatMap(({ target }) => target?.id ?? []).join(', ');
  return diagnostic('CALB0430', {
    message: `Every backend that rule ${ruleIndex} can use is a fallback (${ids})`,
    position: positionOf(route, ['spec', 'rules', ruleIndex, 'backendRefs'], 'key'),
    resource: resourceName(route),
  });
}

function direct(status: 500 | 503): RuleBackends['outcome'] {
  return { type: 'direct', status };
}
