import type { CodeDefinition } from '../codes.ts';

/** Gateways, listeners and HTTPRoutes: references, conflicts, support and addresses. */
export const routingCodes = {
  CALB0202: {
    severity: 'error',
    title: 'parent not found',
    effect: 'the route serves nothing there',
    hint: 'create the Gateway or correct the reference',
  },
  CALB0203: {
    severity: 'error',
    title: 'no such listener',
    effect: 'the route serves nothing on this Gateway',
    hint: 'use the name and port of one of the listeners of the Gateway',
  },
  CALB0204: {
    severity: 'error',
    title: 'route not allowed by the listeners',
    effect: 'the route serves nothing on this Gateway',
    hint: 'widen `allowedRoutes` of the listener, or move the route',
  },
  CALB0205: {
    severity: 'error',
    title: 'host names do not intersect',
    effect: 'the route serves nothing on this Gateway',
    hint: 'use host names that the listener covers',
  },
  CALB0206: {
    severity: 'error',
    title: 'certificate cannot be used',
    effect: 'the listener does not serve with this certificate',
    hint: 'refer to a Secret of type kubernetes.io/tls with a certificate and its key',
  },
  CALB0207: {
    severity: 'error',
    title: 'Secret in another namespace without permission',
    effect: 'the listener does not serve with this certificate',
    hint: "create a ReferenceGrant in the Secret's namespace",
  },
  CALB0208: {
    severity: 'warning',
    title: 'GatewayClass not found',
    effect: 'the Gateway is ignored: nothing listens',
    hint: 'use class `application` or `eg`, or declare the GatewayClass',
  },
  CALB0209: {
    severity: 'error',
    title: 'parameters cannot be used',
    effect: 'the Gateways that they are for are not accepted: nothing listens',
    hint: 'refer to an EnvoyProxy of group gateway.envoyproxy.io, or remove `parametersRef`',
  },
  CALB0302: {
    severity: 'warning',
    title: 'match given twice',
    effect: 'the rule of the older route takes these requests; this one never sees them',
    hint: 'make the matches differ, or remove one of the rules',
  },
  CALB0303: {
    severity: 'error',
    title: 'filters that exclude each other',
    effect: 'requests of this rule are answered 500',
    hint: 'remove one of the filters',
  },
  CALB0304: {
    severity: 'warning',
    title: 'host name belongs to another listener',
    effect: 'requests for this host go to the routes of the listener that names it more exactly',
    hint: 'attach the route to that listener',
  },
  CALB0402: {
    severity: 'hint',
    title: 'Gateway of another class',
    effect: 'the Gateway is ignored: nothing listens',
    hint: 'use class `application` or `eg` to simulate it',
  },
  CALB0403: {
    severity: 'error',
    title: 'protocol not supported',
    effect: 'this listener does not serve',
    hint: 'use HTTP, or HTTPS with TLS mode Terminate',
  },
  CALB0404: {
    severity: 'error',
    title: 'filter not simulated yet',
    effect: 'requests of this rule are answered 500',
    hint: 'remove the filter to try the rule here',
  },
  CALB0405: {
    severity: 'error',
    title: 'value that cannot be used in a rule',
    effect: 'requests of this rule are answered 500',
    hint: 'correct the marked value',
  },
  CALB0406: {
    severity: 'error',
    title: 'invalid listener',
    effect: 'this listener does not serve',
    hint: 'correct the marked field',
  },
  CALB0407: {
    severity: 'error',
    title: 'kind of route not supported',
    effect: 'routes of this kind are not served',
    hint: 'use kind HTTPRoute',
  },
  CALB0408: {
    severity: 'hint',
    title: 'parent of another kind',
    effect: 'this parentRef changes nothing here',
    hint: 'refer to a Gateway',
  },
  CALB0620: {
    severity: 'error',
    title: 'requested address cannot be used',
    effect: 'the Gateway is not programmed on this address',
    hint: 'request an address of 127.0.0.0/8, or remove `spec.addresses`',
  },
  CALB0621: {
    severity: 'hint',
    title: 'port moved',
    effect: 'clients must use the port that the Gateway really has here',
    hint: 'run with the right to bind ports below 1024 to keep it, or use the URL that is shown',
  },
} as const satisfies Record<string, CodeDefinition>;
