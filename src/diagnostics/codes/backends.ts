import type { CodeDefinition } from '../codes.ts';

/** References to backends, their policies, and known traps of health checks and failover. */
export const backendCodes = {
  CALB0220: {
    severity: 'error',
    title: 'backend not found',
    effect: 'the share of requests that goes to this backend is answered 500',
    hint: 'create the object or correct the name',
  },
  CALB0221: {
    severity: 'error',
    title: 'backend of an unsupported kind',
    effect: 'the share of requests that goes to this backend is answered 500',
    hint: 'refer to a Service, or to a Backend of group gateway.envoyproxy.io',
  },
  CALB0222: {
    severity: 'error',
    title: 'backend in another namespace without permission',
    effect: 'the share of requests that goes to this backend is answered 500',
    hint: "create a ReferenceGrant in the backend's namespace",
  },
  CALB0223: {
    severity: 'error',
    title: 'backendRef without a port',
    effect: 'the share of requests that goes to this backend is answered 500',
    hint: 'add `port:` with a port of the Service',
  },
  CALB0224: {
    severity: 'error',
    title: 'port not in the Service',
    effect: 'the share of requests that goes to this backend is answered 500',
    hint: 'use one of the ports of the Service',
  },
  CALB0225: {
    severity: 'error',
    title: 'invalid Backend',
    effect: 'the share of requests that goes to this Backend is answered 500',
    hint: 'correct the marked field',
  },
  CALB0226: {
    severity: 'error',
    title: 'filter not possible on a backendRef',
    effect: 'the share of requests that goes to this backend is answered 500',
    hint: 'on a backendRef use RequestHeaderModifier or ResponseHeaderModifier; put other filters on the rule',
  },
  CALB0227: {
    severity: 'warning',
    title: 'port not in the Service that a Backend names',
    effect: 'connections to it are refused, as a ClusterIP refuses a port that it does not have',
    hint: 'use one of the ports of the Service',
  },
  CALB0228: {
    severity: 'warning',
    title: 'nothing is behind a Service',
    effect: 'requests to this backend are answered 503',
    hint: 'make its selector match the labels of a Deployment template, or raise `replicas`',
  },
  CALB0229: {
    severity: 'error',
    title: 'policy target not found',
    effect: 'the policy changes nothing here',
    hint: 'correct the name; a policy can only target objects of its own namespace by name',
  },
  CALB0230: {
    severity: 'error',
    title: 'mirror backend cannot be used',
    effect: 'requests are served, but not mirrored there (Envoy Gateway 1.9 answers 500 to the rule instead)',
    hint: 'correct the reference of the RequestMirror filter',
  },
  CALB0231: {
    severity: 'warning',
    title: 'EnvoyProxy not found',
    effect: 'the Envoy runs with the default settings',
    hint: 'create the EnvoyProxy or correct the reference',
  },
  CALB0232: {
    severity: 'warning',
    title: 'Secret or ConfigMap of a Deployment not found',
    effect: 'the pod runs without it (in Kubernetes it would not start)',
    hint: 'create the object or correct the name',
  },
  CALB0233: {
    severity: 'warning',
    title: 'name of a Service that does not exist',
    effect: 'a pod of its own stands in for the name; in production it would not resolve and answer 503',
    hint: 'create the Service or correct the name',
  },
  CALB0320: {
    severity: 'warning',
    title: 'conflicting policies',
    effect: 'the older policy stays in force for this target; this one changes nothing there',
    hint: 'merge both into one policy, or target something more specific',
  },
  CALB0321: {
    severity: 'error',
    title: 'invalid policy',
    effect: 'requests that the policy covers are answered 500, as in Envoy Gateway',
    hint: 'correct the marked field',
  },
  CALB0322: {
    severity: 'error',
    title: 'CycloudBackend with ports on two levels',
    effect: 'the CycloudBackend has no endpoints; requests to it are answered 500',
    hint: 'keep either `spec.ports` or the ports of each endpoint',
  },
  CALB0420: {
    severity: 'hint',
    title: 'failover between backendRefs is lost',
    effect: 'each backendRef keeps its share even when it is unhealthy, as in production',
    hint: 'give all backendRefs of the rule the same kind of address and no filters',
  },
  CALB0421: {
    severity: 'hint',
    title: 'maxEjectionPercent ejects nobody',
    effect: 'passive health checks change nothing for this pool',
    hint: 'raise `maxEjectionPercent` (100 for small pools) or set `alwaysEjectOneEndpoint: true`',
  },
  CALB0422: {
    severity: 'hint',
    title: 'panic threshold',
    effect: 'with too few healthy endpoints Envoy sends to all of them, healthy or not',
    hint: 'set `healthCheck.panicThreshold: 0` to switch this off',
  },
  CALB0423: {
    severity: 'hint',
    title: 'failover begins before the last endpoint is gone',
    effect: 'part of the requests goes to the fallback as soon as too few endpoints are healthy',
    hint: 'keep it in mind when you read the numbers; Envoy Gateway has no setting for it',
  },
  CALB0424: {
    severity: 'hint',
    title: 'field not simulated yet',
    effect: 'the field changes nothing here; in production it does',
    hint: 'keep it: it does no harm here',
  },
  CALB0425: {
    severity: 'hint',
    title: 'health checks act sooner than in production',
    effect: 'clusters without traffic are checked every interval and health updates act at once',
    hint: 'start with `--fidelity envoy-gateway` to see the timing of production',
  },
  CALB0426: {
    severity: 'hint',
    title: 'health checks act late while there is no traffic',
    effect:
      'a cluster without traffic is checked once a minute and a repeated ejection can act a second late',
    hint: 'send traffic for a minute first, or use `--fidelity local`',
  },
  CALB0427: {
    severity: 'hint',
    title: 'Envoy Gateway in Kubernetes refuses this address',
    effect: 'here it is passed through to this machine; in production the Backend is not accepted',
    hint: 'use an address that production can reach before you deploy',
  },
  CALB0428: {
    severity: 'hint',
    title: 'echo stands in for an image',
    effect: 'the pod answers with the echo of the request instead of what the image does',
    hint: 'send requests to an own server by a Backend with address 127.0.0.1 where the real answer matters',
  },
  CALB0429: {
    severity: 'hint',
    title: 'DynamicResolver is not simulated yet',
    effect: 'requests to this Backend are answered 500',
    hint: 'use a Backend with endpoints',
  },
  CALB0430: {
    severity: 'hint',
    title: 'fallback without anything to fall back from',
    effect: 'all requests go to the fallback',
    hint: 'put the primary and the fallback Backend into the backendRefs of one rule',
  },
} as const satisfies Record<string, CodeDefinition>;
