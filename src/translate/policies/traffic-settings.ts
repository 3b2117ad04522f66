import type {
  BackendTrafficPolicy,
  BackendTrafficPolicySpec,
} from '../../gen/kinds/backend-traffic-policy.ts';
import type { Gateway } from '../../gen/kinds/gateway.ts';
import type { HTTPRoute } from '../../gen/kinds/http-route.ts';
import type { Resource } from '../../resources/resource.ts';
import { clientCertificate } from '../client-certificate.ts';
import type { TranslateContext } from '../context.ts';
import type { TrafficSettings } from '../rule-backends.ts';
import { durationMs } from './duration.ts';
import { faultInjection } from './fault-injection.ts';
import { hashPolicy } from './load-balancer.ts';
import { localRateLimit } from './local-rate-limit.ts';
import { mergePolicy } from './merge-policy.ts';
import { policyErrors } from './policy-errors.ts';
import { policyIndex } from './policy-index.ts';
import { retryPolicy } from './retry-policy.ts';

type Policy = Resource<BackendTrafficPolicy>;

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
export function trafficSettings(context: TranslateContext, at: RuleOnListener): TrafficSettings {
  const settings = policySettings(context, at);
  const { secret } = clientCertificate(context, at.gateway);
  return secret === undefined ? settings : showing(settings, secret.name);
}

const shown = new WeakMap<TrafficSettings, Map<string, TrafficSettings>>();

function showing(settings: TrafficSettings, certificate: string): TrafficSettings {
  const byName = shown.get(settings) ?? new Map<string, TrafficSettings>();
  shown.set(settings, byName);
  const made = byName.get(certificate) ?? { ...settings, clientCertificate: certificate };
  byName.set(certificate, made);
  return made;
}

function policySettings(context: TranslateContext, at: RuleOnListener): TrafficSettings {
  const index = policyIndex(context);
  if (index.policies.length === 0) return noPolicy;
  const parent = index.ofListener(at.gateway, at.listenerName) ?? index.ofGateway(at.gateway);
  const rule = at.route.object.spec.rules[at.ruleIndex];
  const own = index.ofRule(at.route, rule?.name) ?? index.ofRoute(at.route);
  if (own === undefined) return parent === undefined ? noPolicy : settingsOf(parent, undefined);
  return settingsOf(own, own.object.spec.mergeType === undefined ? undefined : parent);
}

const noPolicy: TrafficSettings = { policyName: '', policy: undefined };

/** By policy, then by the parent that it is merged with (itself: none). */
const known = new WeakMap<Policy, WeakMap<Policy, TrafficSettings>>();

function settingsOf(policy: Policy, parent: Policy | undefined): TrafficSettings {
  let byParent = known.get(policy);
  if (byParent === undefined) {
    byParent = new WeakMap();
    known.set(policy, byParent);
  }
  let settings = byParent.get(parent ?? policy);
  if (settings === undefined) {
    settings = makeSettings(policy, parent);
    byParent.set(parent ?? policy, settings);
  }
  return settings;
}

function makeSettings(policy: Policy, parent: Policy | undefined): TrafficSettings {
  const own = policy.object.spec;
  const spec = parent === undefined ? own : mergePolicy(parent.object.spec, own);
  const policyName = parent === undefined ? nameOf(policy) : `${nameOf(policy)}+${nameOf(parent)}`;
  const [error] = policyErrors(spec);
  if (error !== undefined) return { policyName, policy: spec, error: error.message };
  return { policyName, policy: spec, ...routeSettings(spec) };
}

function routeSettings(spec: BackendTrafficPolicySpec): Partial<TrafficSettings> {
  const timeoutMs = durationMs(spec.timeout?.http?.requestTimeout);
  const retry = retryPolicy(spec.retry);
  const fault = faultInjection(spec.faultInjection);
  const rateLimit = localRateLimit(spec.rateLimit);
  const hash = hashPolicy(spec.loadBalancer);
  return {
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(retry === undefined ? {} : { retry }),
    ...(fault === undefined ? {} : { fault }),
    ...(rateLimit === undefined ? {} : { localRateLimit: rateLimit }),
    ...(hash === undefined ? {} : { hashPolicy: hash }),
  };
}

function nameOf({ object }: Policy): string {
  return `${object.metadata.namespace}/${object.metadata.name}`;
}
