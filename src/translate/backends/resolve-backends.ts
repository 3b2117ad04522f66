import type { HTTPRoute } from '../../gen/kinds/http-route.ts';
import type { Resource } from '../../resources/resource.ts';
import type { TranslateContext } from '../context.ts';
import type { RuleBackends, TrafficSettings } from '../rule-backends.ts';

/** A rule and the policy in force for it. */
export interface RuleWithSettings {
  readonly route: Resource<HTTPRoute>;
  readonly ruleIndex: number;
  readonly settings: TrafficSettings;
}

/**
 * Judges a rule's backendRefs and RequestMirror references and says which clusters it wants. The result keeps its
 * identity while route, settings and what is behind the references stay the same.
 */
export function resolveBackends(_context: TranslateContext, _rule: RuleWithSettings): RuleBackends {
  return { outcome: { type: 'direct', status: 500 }, mirrors: [], problems: [], diagnostics: [] };
}
