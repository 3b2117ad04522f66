import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/did-you-mean.ts';
import type { HTTPRoute } from '../gen/kinds/http-route.ts';
import type { ListenerSet } from '../gen/kinds/listener-set.ts';
import { positionOf } from '../resources/position.ts';
import { type Path, type Resource, resourceName } from '../resources/resource.ts';
import { allowsNamespace } from './allowed-routes.ts';
import type { TranslateContext } from './context.ts';
import type { JudgedGateway } from './gateway.ts';
import { hostnamesOn } from './hostnames.ts';
import { gatewayGroup, type JudgedListener } from './listener.ts';

/** `spec.parentRefs[]`. */
export type ParentRef = NonNullable<HTTPRoute['spec']['parentRefs']>[number];

/** A listener that takes a route, and the host names that the route has there. */
export interface AttachedListener {
  readonly listener: JudgedListener;
  readonly hostnames: readonly string[];
}

/** What became of one parentRef that names a data-plane Gateway. */
export interface JudgedParent {
  readonly ref: ParentRef;
  readonly gateway: JudgedGateway;
  /** Empty when there is a refusal. */
  readonly attached: readonly AttachedListener[];
  readonly refusal?: { readonly reason: string; readonly message: string };
  readonly diagnostics: readonly Diagnostic[];
}

/** Gateways by `namespace/name`. */
export type GatewayIndex = ReadonlyMap<string, JudgedGateway>;

/** The parentRefs of a route that name a data-plane Gateway, and what is to be said about the others. */
export interface JudgedParents {
  readonly parents: readonly JudgedParent[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Judges every parentRef of a route (Gateway API v1.6.1, ParentReference and RouteParentStatus). */
export function judgeParents(
  context: TranslateContext,
  gateways: GatewayIndex,
  route: Resource<HTTPRoute>,
): JudgedParents {
  const parents: JudgedParent[] = [];
  const diagnostics: Diagnostic[] = [];
  (route.object.spec.parentRefs ?? []).forEach((ref, index) => {
    const found = judgeParent({ context, gateways, route, ref, index });
    if ('gateway' in found) parents.push(found);
    diagnostics.push(...found.diagnostics);
  });
  return { parents, diagnostics };
}

interface ParentInput {
  readonly context: TranslateContext;
  readonly gateways: GatewayIndex;
  readonly route: Resource<HTTPRoute>;
  readonly ref: ParentRef;
  readonly index: number;
}

function judgeParent(input: ParentInput): JudgedParent | { readonly diagnostics: readonly Diagnostic[] } {
  const { context, gateways, route, ref } = input;
  if (ref.group === gatewayGroup && ref.kind === 'ListenerSet') return judgeSetParent(input);
  if (ref.group !== gatewayGroup || ref.kind !== 'Gateway') {
    return {
      diagnostics: [say(input, 'CALB0408', 'kind', `A parentRef of kind ${ref.kind} is not simulated`)],
    };
  }
  const namespace = ref.namespace ?? route.object.metadata.namespace ?? 'default';
  const gateway = gateways.get(`${namespace}/${ref.name}`);
  if (gateway !== undefined) {
    const own = gateway.listeners.filter(({ owner }) => owner === gateway.resource);
    return judgeListenersOf(input, gateway, own);
  }
  // A Gateway of another class has its own hint.
  if (context.resources.get('Gateway', namespace, ref.name) !== undefined) return { diagnostics: [] };
  return { diagnostics: [missingGateway(input, namespace)] };
}

/** A route that names a ListenerSet attaches to the listeners of that set, and to no others of the Gateway. */
function judgeSetParent(input: ParentInput): JudgedParent | { readonly diagnostics: readonly Diagnostic[] } {
  const { context, gateways, route, ref } = input;
  const namespace = ref.namespace ?? route.object.metadata.namespace ?? 'default';
  const found = context.resources.get<ListenerSet>('ListenerSet', namespace, ref.name);
  if (found === undefined) {
    return {
      diagnostics: [say(input, 'CALB0202', 'name', `ListenerSet ${namespace}/${ref.name} not found`)],
    };
  }
  const { parentRef } = found.object.spec;
  const gateway = gateways.get(`${parentRef.namespace ?? namespace}/${parentRef.name}`);
  const set = gateway?.sets.find(({ resource }) => resource === found);
  if (gateway === undefined || set === undefined) return { diagnostics: [] };
  return judgeListenersOf(input, gateway, set.listeners);
}

function judgeListenersOf(
  input: ParentInput,
  gateway: JudgedGateway,
  listeners: readonly JudgedListener[],
): JudgedParent {
  const { context, route, ref } = input;
  const { port, sectionName } = ref;
  const named = listeners.filter(
    (listener) =>
      (sectionName === undefined || listener.name === sectionName) &&
      (port === undefined || listener.port === port),
  );
  if (named.length === 0) {
    return refused(
      input,
      gateway,
      'NoMatchingParent',
      'No listeners match this parent ref',
      noListener(input, gateway, listeners),
    );
  }
  const namespace = route.object.metadata.namespace ?? 'default';
  const allowing = named.filter(
    (listener) =>
      listener.supportedKinds.some(({ kind }) => kind === route.object.kind) &&
      allowsNamespace(context.resources, listener, namespace),
  );
  if (allowing.length === 0) {
    const message = 'No listeners included by this parent ref allowed this attachment.';
    return refused(input, gateway, 'NotAllowedByListeners', message, notAllowed(input, gateway, named));
  }
  const attached = allowing.flatMap((listener) => {
    const hostnames = hostnamesOn(listener.hostname, route.object.spec.hostnames ?? []);
    return hostnames.length === 0 ? [] : [{ listener, hostnames }];
  });
  if (attached.length === 0) {
    const message = `There were no hostname intersections between the ${route.object.kind} and this parent ref's Listener(s).`;
    return refused(
      input,
      gateway,
      'NoMatchingListenerHostname',
      message,
      noHostname(input, gateway, allowing),
    );
  }
  return { ref, gateway, attached, diagnostics: [] };
}

function refused(
  { ref }: ParentInput,
  gateway: JudgedGateway,
  reason: string,
  message: string,
  found: Diagnostic,
): JudgedParent {
  return { ref, gateway, attached: [], refusal: { reason, message }, diagnostics: [found] };
}

function missingGateway(input: ParentInput, namespace: string): Diagnostic {
  const { name } = input.ref;
  const gateways = input.context.resources.list('Gateway').map(({ object }) => object.metadata);
  const elsewhere = gateways.find((other) => other.name === name);
  const near = didYouMean(
    name,
    gateways.filter((other) => other.namespace === namespace).map((other) => other.name),
  );
  const hint =
    near !== undefined
      ? `did you mean "${near}"?`
      : elsewhere && `Gateway ${elsewhere.namespace}/${name} exists: add "namespace: ${elsewhere.namespace}"`;
  return say(input, 'CALB0202', 'name', `Gateway ${namespace}/${name} not found`, hint);
}

function noListener(
  input: ParentInput,
  gateway: JudgedGateway,
  listeners: readonly JudgedListener[],
): Diagnostic {
  const { port, sectionName } = input.ref;
  const wanted = [
    ...(sectionName === undefined ? [] : [`name "${sectionName}"`]),
    ...(port === undefined ? [] : [`port ${port}`]),
  ].join(' and ');
  const near =
    sectionName &&
    didYouMean(
      sectionName,
      listeners.map(({ name }) => name),
    );
  const all = listeners.map(({ name, port: own }) => `${name} (port ${own})`).join(', ');
  const hint = near && near !== sectionName ? `did you mean "${near}"?` : `its listeners are ${all}`;
  const field = sectionName === undefined ? 'port' : 'sectionName';
  return say(input, 'CALB0203', field, `Gateway ${gateway.key} has no listener of ${wanted}`, hint);
}

function notAllowed(
  input: ParentInput,
  gateway: JudgedGateway,
  named: readonly JudgedListener[],
): Diagnostic {
  const namespace = input.route.object.metadata.namespace ?? 'default';
  const why = named
    .map(({ name, allowedRoutes, supportedKinds }) => {
      const own = input.route.object.kind;
      if (!supportedKinds.some(({ kind }) => kind === own)) return `"${name}" takes no ${own}s`;
      const from = allowedRoutes?.namespaces?.from ?? 'Same';
      const scope = from === 'Selector' ? 'by a selector that does not fit' : 'of its own namespace only';
      return `"${name}" takes routes ${scope}`;
    })
    .join(', ');
  return say(
    input,
    'CALB0204',
    'name',
    `Gateway ${gateway.key} takes no ${input.route.object.kind} of namespace ${namespace}: ${why}`,
  );
}

function noHostname(
  input: ParentInput,
  gateway: JudgedGateway,
  allowing: readonly JudgedListener[],
): Diagnostic {
  const { route } = input;
  const own = (route.object.spec.hostnames ?? []).join(', ');
  const listeners = allowing.map(({ hostname, name }) => `${hostname} ("${name}")`).join(', ');
  return diagnostic('CALB0205', {
    message: `${own} has nothing in common with the listeners of Gateway ${gateway.key}: ${listeners}`,
    position: positionOf(route, ['spec', 'hostnames', 0]),
    resource: resourceName(route),
  });
}

function say(
  { route, index }: ParentInput,
  code: 'CALB0202' | 'CALB0203' | 'CALB0204' | 'CALB0408',
  field: string,
  message: string,
  hint?: string,
): Diagnostic {
  const path: Path = ['spec', 'parentRefs', index, field];
  return diagnostic(code, {
    message,
    position: positionOf(route, path),
    resource: resourceName(route),
    ...(hint !== undefined && { hint }),
  });
}
