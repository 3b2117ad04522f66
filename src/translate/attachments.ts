import type { Gateway } from '../gen/kinds/gateway.ts';
import type { HTTPRoute } from '../gen/kinds/http-route.ts';
import type { Resource } from '../resources/resource.ts';

/**
 * An HTTPRoute on a data-plane Gateway that one of its parentRefs names, whether or not the Gateway accepted it.
 */
export interface Attachment {
  readonly route: Resource<HTTPRoute>;
  readonly gateway: Resource<Gateway>;
  /** Names of the Gateway's listeners that take the route, in the Gateway's order; empty: none did. */
  readonly listenerNames: readonly string[];
}

/**
 * Which routes are attached to which Gateways. The arrays keep their identity while route and Gateways stay the same.
 */
export interface Attachments {
  /** Every HTTPRoute there is, attached or not: a {@link TranslateContext} has none of them. */
  readonly routes: readonly Resource<HTTPRoute>[];
  /** One attachment for each Gateway that the route names; empty for a route without a data-plane parent. */
  ofRoute(route: Resource<HTTPRoute>): readonly Attachment[];
  ofGateway(gateway: Resource<Gateway>): readonly Attachment[];
}
