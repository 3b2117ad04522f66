import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/did-you-mean.ts';
import type { Gateway } from '../gen/kinds/gateway.ts';
import type { GatewayClass } from '../gen/kinds/gateway-class.ts';
import { positionOf } from '../resources/position.ts';
import { type Resource, resourceName } from '../resources/resource.ts';
import type { Resources } from '../resources/resources.ts';
import { conditions } from './conditions.ts';
import { controllerName, controllerOf } from './data-plane-gateways.ts';

/** Why parameters cannot be used. */
export interface ParametersProblem {
  readonly message: string;
  /** The field of `parametersRef` that is wrong. */
  readonly field: 'group' | 'kind' | 'name';
  /** A missing EnvoyProxy is reported with the settings of the Envoy. */
  readonly isReported: boolean;
}

interface ParametersRef {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

/**
 * Features of Gateway API that are served, as the conformance suite names them, sorted
 * (Gateway API v1.6.1 `pkg/features`).
 */
export const supportedFeatures = [
  'BackendTLSPolicy',
  'BackendTLSPolicySANValidation',
  'GRPCRoute',
  'GRPCRouteNamedRouteRule',
  'Gateway',
  'GatewayAddressEmpty',
  'GatewayBackendClientCertificate',
  'GatewayFrontendClientCertificateValidation',
  'GatewayFrontendClientCertificateValidationInsecureFallback',
  'GatewayHTTPListenerIsolation',
  'GatewayHTTPSListenerDetectMisdirectedRequests',
  'GatewayInfrastructurePropagation',
  'GatewayPort8080',
  'GatewayStaticAddresses',
  'HTTPRoute',
  'HTTPRoute303RedirectStatusCode',
  'HTTPRoute307RedirectStatusCode',
  'HTTPRoute308RedirectStatusCode',
  'HTTPRouteBackendProtocolH2C',
  'HTTPRouteBackendProtocolWebSocket',
  'HTTPRouteBackendRequestHeaderModification',
  'HTTPRouteBackendTimeout',
  'HTTPRouteCORS',
  'HTTPRouteDestinationPortMatching',
  'HTTPRouteHostRewrite',
  'HTTPRouteMethodMatching',
  'HTTPRouteNamedRouteRule',
  'HTTPRouteParentRefPort',
  'HTTPRoutePathRedirect',
  'HTTPRoutePathRewrite',
  'HTTPRoutePortRedirect',
  'HTTPRouteQueryParamMatching',
  'HTTPRouteRequestMirror',
  'HTTPRouteRequestMultipleMirrors',
  'HTTPRouteRequestPercentageMirror',
  'HTTPRouteRequestTimeout',
  'HTTPRouteResponseHeaderModification',
  'HTTPRouteRetry',
  'HTTPRouteRetryBackendTimeout',
  'HTTPRouteRetryConnectionError',
  'HTTPRouteSchemeRedirect',
  'ListenerSet',
  'ReferenceGrant',
] as const;

/** `status` of a GatewayClass of this controller; `undefined` for another one's. */
export function gatewayClassStatus(resources: Resources, { object }: Resource<GatewayClass>): unknown {
  if (object.spec.controllerName !== controllerName) return undefined;
  const problem = classProblem(resources, object.metadata.name);
  return {
    conditions: conditions(object.metadata.generation, [
      problem === undefined
        ? ['Accepted', 'True', 'Accepted', 'Valid GatewayClass']
        : ['Accepted', 'False', 'InvalidParameters', `Invalid parametersRef: ${problem.message}`],
    ]),
    supportedFeatures: supportedFeatures.map((name) => ({ name })),
  };
}

/** Why a class's parameters cannot be used. */
export function classProblem(resources: Resources, className: string): ParametersProblem | undefined {
  const ref = resources.get<GatewayClass>('GatewayClass', undefined, className)?.object.spec.parametersRef;
  return ref && parametersProblem(resources, { ...ref, namespace: ref.namespace ?? 'default' });
}

/** Why a reference to parameters cannot be used: they must be an EnvoyProxy that exists. */
export function parametersProblem(resources: Resources, ref: ParametersRef): ParametersProblem | undefined {
  const { group, kind, name, namespace } = ref;
  const isReported = false;
  if (group !== 'gateway.envoyproxy.io') {
    return {
      message: `unsupported group ${group}, must be gateway.envoyproxy.io`,
      field: 'group',
      isReported,
    };
  }
  if (kind !== 'EnvoyProxy') {
    return { message: `unsupported kind ${kind}, must be EnvoyProxy`, field: 'kind', isReported };
  }
  if (resources.get('EnvoyProxy', namespace, name) !== undefined) return undefined;
  return { message: `EnvoyProxy ${namespace}/${name} does not exist`, field: 'name', isReported: true };
}

/** What is to be said of the classes themselves. */
export function classFindings(resources: Resources): readonly Diagnostic[] {
  return resources.list<GatewayClass>('GatewayClass').flatMap((resource) => {
    if (resource.object.spec.controllerName !== controllerName) return [];
    const problem = classProblem(resources, resource.object.metadata.name);
    if (problem === undefined || problem.isReported) return [];
    const position = positionOf(resource, ['spec', 'parametersRef', problem.field]);
    return [diagnostic('CALB0209', { message: problem.message, position, resource: resourceName(resource) })];
  });
}

/** What is to be said of a Gateway that another controller serves, or none. */
export function foreignGateway(resources: Resources, gateway: Resource<Gateway>): Diagnostic | undefined {
  const className = gateway.object.spec.gatewayClassName;
  const controller = controllerOf(resources, className);
  if (controller === controllerName) return undefined;
  const at = { position: positionOf(gateway, ['spec', 'gatewayClassName']), resource: resourceName(gateway) };
  if (controller !== undefined) {
    return diagnostic('CALB0402', { message: `GatewayClass "${className}" belongs to ${controller}`, ...at });
  }
  const classes = resources.list('GatewayClass').map(({ object }) => object.metadata.name);
  const near = didYouMean(className, [...classes, 'eg', 'application']);
  return diagnostic('CALB0208', {
    message: `GatewayClass "${className}" not found`,
    ...at,
    ...(near !== undefined && { hint: `did you mean "${near}"?` }),
  });
}
