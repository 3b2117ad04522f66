import type { BackendTrafficPolicySpec } from '../../gen/kinds/backend-traffic-policy.ts';
import type { Path } from '../../resources/resource.ts';
import { isSimulated } from './local-rate-limit.ts';

/** A field that is declared and changes nothing. `path` starts at the object. */
export interface UnsimulatedField {
  readonly path: Path;
  /** The field as a person would call it, and what is missing where that is not plain. */
  readonly message: string;
}

const wholeFields = [
  'admissionControl',
  'bandwidthLimit',
  'compression',
  'compressor',
  'dns',
  'http2',
  'httpUpgrade',
  'requestBuffer',
  'responseOverride',
  'telemetry',
  'useClientProtocol',
  'connection',
] as const satisfies readonly (keyof BackendTrafficPolicySpec)[];

/** Fields of a BackendTrafficPolicy that are not simulated yet. */
export function unsimulatedFields(spec: BackendTrafficPolicySpec): readonly UnsimulatedField[] {
  return [
    ...wholeFields
      .filter((field) => isSaid(spec[field]))
      .map((field) => unsimulated([field], `${field} is not simulated yet`)),
    ...(spec.routingType === 'Service'
      ? [
          unsimulated(
            ['routingType'],
            'routingType: Service is not simulated yet: requests go to the pods themselves',
          ),
        ]
      : []),
    ...loadBalancerFields(spec),
    ...healthCheckFields(spec),
    ...rateLimitFields(spec),
    ...otherFields(spec),
  ];
}

function loadBalancerFields({ loadBalancer }: BackendTrafficPolicySpec): readonly UnsimulatedField[] {
  if (loadBalancer === undefined) return [];
  const { type } = loadBalancer;
  const found: UnsimulatedField[] = [];
  if (type === 'BackendUtilization' || type === 'DynamicModule') {
    const message = `loadBalancer type ${type} is not simulated yet: least request is used`;
    found.push(unsimulated(['loadBalancer', 'type'], message));
  }
  for (const field of ['endpointOverride', 'zoneAware'] as const) {
    if (loadBalancer[field] !== undefined) {
      found.push(unsimulated(['loadBalancer', field], `loadBalancer.${field} is not simulated yet`));
    }
  }
  return found;
}

function healthCheckFields({ healthCheck }: BackendTrafficPolicySpec): readonly UnsimulatedField[] {
  const active = healthCheck?.active;
  if (active === undefined) return [];
  const at = ['healthCheck', 'active'];
  return [
    ...(active.overrides?.port === undefined
      ? []
      : [unsimulated([...at, 'overrides'], 'a port of its own for health checks is not simulated yet')]),
    ...(active.http?.requestBody === undefined
      ? []
      : [unsimulated([...at, 'http', 'requestBody'], 'a body of health checks is not simulated yet')]),
    ...(active.healthCheckLog === undefined
      ? []
      : [unsimulated([...at, 'healthCheckLog'], 'healthCheckLog is not simulated: events show the checks')]),
  ];
}

function rateLimitFields({ rateLimit }: BackendTrafficPolicySpec): readonly UnsimulatedField[] {
  if (rateLimit === undefined) return [];
  const found: UnsimulatedField[] = [];
  if (rateLimit.global !== undefined) {
    found.push(
      unsimulated(['rateLimit', 'global'], 'rateLimit.global is not simulated yet: nothing is limited by it'),
    );
  }
  for (const [index, rule] of (rateLimit.local?.rules ?? []).entries()) {
    const at = ['rateLimit', 'local', 'rules', index];
    if (!isSimulated(rule)) {
      const message =
        'query parameters and inverted paths or methods are not simulated yet: this rule limits nothing';
      found.push(unsimulated([...at, 'clientSelectors'], message));
    }
    for (const field of ['cost', 'shadowMode', 'xRateLimitHeaders'] as const) {
      if (isSaid(rule[field])) {
        found.push(unsimulated([...at, field], `${field} of a local rate limit is not simulated yet`));
      }
    }
  }
  return found;
}

function otherFields({ circuitBreaker, timeout }: BackendTrafficPolicySpec): readonly UnsimulatedField[] {
  return [
    ...(circuitBreaker?.retryBudget === undefined
      ? []
      : [unsimulated(['circuitBreaker', 'retryBudget'], 'retryBudget is not simulated yet')]),
    ...(timeout?.http?.streamIdleTimeout === undefined
      ? []
      : [unsimulated(['timeout', 'http', 'streamIdleTimeout'], 'streamIdleTimeout is not simulated yet')]),
  ];
}

function unsimulated(path: Path, message: string): UnsimulatedField {
  return { path: ['spec', ...path], message };
}

function isSaid(value: unknown): boolean {
  return value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
}
