import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import { didYouMean } from '../../diagnostics/did-you-mean.ts';
import type { Backend } from '../../gen/kinds/backend.ts';
import type { HTTPRoute } from '../../gen/kinds/http-route.ts';
import type { Service } from '../../gen/kinds/service.ts';
import { cycloudBackendAnnotation } from '../../resources/cycloud-backend-annotation.ts';
import { positionOf } from '../../resources/position.ts';
import { type Path, type Resource, resourceName } from '../../resources/resource.ts';
import type { TranslateContext } from '../context.ts';
import type { RefProblem } from '../rule-backends.ts';
import { backendError } from './backend-errors.ts';
import { type BackendTarget, backendTarget, serviceTarget } from './backend-target.ts';

/** A reference to a backend, as backendRefs and RequestMirror filters write it. */
export interface BackendReference {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
  readonly port?: number;
}

/** A reference in its route. */
export interface PlacedReference {
  readonly route: Resource<HTTPRoute>;
  readonly reference: BackendReference;
  /** Path of the reference within the route. */
  readonly path: Path;
}

/** What a reference leads to. */
export type Judgement =
  | { readonly type: 'target'; readonly target: BackendTarget }
  /** Of a kind that is accepted but not simulated, or not to be sent anything. */
  | { readonly type: 'unsimulated'; readonly diagnostics: readonly Diagnostic[] }
  | {
      readonly type: 'problem';
      readonly problem: RefProblem;
      readonly diagnostics: readonly Diagnostic[];
    };

const backendGroup = 'gateway.envoyproxy.io';

/** Follows a reference, or says why it cannot be followed, in Gateway API's reasons and Envoy Gateway's words. */
export function judgeReference(context: TranslateContext, placed: PlacedReference): Judgement {
  const { route, reference } = placed;
  const { group, kind, name } = reference;
  const isBackend = group === backendGroup && kind === 'Backend';
  if (!isBackend && !(group === '' && kind === 'Service')) return wrongKind(placed);
  const own = route.object.metadata.namespace ?? 'default';
  const namespace = reference.namespace ?? own;
  const from = { group: 'gateway.networking.k8s.io', kind: route.object.kind, namespace: own };
  if (namespace !== own && !context.permits({ from, to: { group, kind, namespace, name } })) {
    return notPermitted(placed, namespace, own);
  }
  return isBackend ? judgeBackend(context, placed, namespace) : judgeService(context, placed, namespace);
}

function judgeService(context: TranslateContext, placed: PlacedReference, namespace: string): Judgement {
  const { name, port } = placed.reference;
  if (port === undefined) {
    return problem(placed, 'CALB0223', {
      reason: 'PortNotSpecified',
      message: 'A valid port number corresponding to a port on the Service must be specified',
    });
  }
  const service = context.resources.get<Service>('Service', namespace, name);
  if (service === undefined) return notFound(context, placed, namespace, 'service');
  const { spec } = service.object;
  if (spec?.type === 'ExternalName') {
    const message = `Service ${namespace}/${name} is of type ExternalName, which is not supported as a backend; use an Envoy Gateway Backend resource with an FQDN endpoint instead`;
    return problem(placed, 'CALB0221', { reason: 'UnsupportedValue', message }, ['name'], {
      hint: 'use a Backend with an `fqdn` endpoint',
    });
  }
  const ports = (spec?.ports ?? []).filter(({ protocol }) => protocol === 'TCP');
  const found = ports.find((candidate) => candidate.port === port);
  if (found === undefined) {
    const message = `TCP Port ${port} not found on Service ${namespace}/${name}`;
    return problem(placed, 'CALB0224', { reason: 'PortNotFound', message }, ['port'], {
      hint: `use ${ports.map(({ port: number }) => number).join(' or ') || 'a Service that has TCP ports'}`,
    });
  }
  return usable(serviceTarget(context, service, found));
}

function judgeBackend(context: TranslateContext, placed: PlacedReference, namespace: string): Judgement {
  const backend = context.resources.get<Backend>('Backend', namespace, placed.reference.name);
  if (backend === undefined) return notFound(context, placed, namespace, 'Backend');
  const error = backendError(backend.object);
  if (error !== undefined) {
    return problem(placed, 'CALB0225', { reason: error.reason, message: error.message }, ['name']);
  }
  if (backend.object.spec.type === 'DynamicResolver') {
    const message = `Backend ${namespace}/${placed.reference.name} is of type DynamicResolver`;
    return { type: 'unsimulated', diagnostics: [report(placed, 'CALB0429', message, ['name'], {})] };
  }
  return usable(backendTarget(context, backend));
}

/** Requests that TLS is declared for, and cannot be had for, are answered 500: never sent in plain text. */
function usable(target: BackendTarget): Judgement {
  // The policy says so itself.
  if (target.tls?.type === 'broken') return { type: 'unsimulated', diagnostics: [] };
  return { type: 'target', target };
}

function wrongKind(placed: PlacedReference): Judgement {
  const { group, kind } = placed.reference;
  const isGroup = group !== '' && group !== backendGroup;
  const message = isGroup
    ? `Group is invalid, only the core API group (specified by omitting the group field or setting it to an empty string), multicluster.x-k8s.io and ${backendGroup} are supported`
    : 'Kind is invalid, only Service, MCS ServiceImport and Envoy Gateway Backend are supported';
  const said = group === '' ? kind : `${kind}.${group}`;
  const other = kind === 'Backend' && group === '' ? { hint: `add \`group: ${backendGroup}\`` } : {};
  return problem(
    placed,
    'CALB0221',
    { reason: 'InvalidKind', message },
    [isGroup ? 'group' : 'kind'],
    other,
    `"${said}" is no kind that a backendRef can have`,
  );
}

function notPermitted(placed: PlacedReference, namespace: string, own: string): Judgement {
  const { kind, name, group } = placed.reference;
  const message = `Backend ref to ${kind} ${namespace}/${name} not permitted by any ReferenceGrant.`;
  const declared = declaredName(placed);
  const to =
    declared !== undefined
      ? 'CycloudBackend.loadbalancing.cycloud.jp'
      : group === ''
        ? kind
        : `${kind}.${group}`;
  const hint = `create a ReferenceGrant in ${namespace}: from HTTPRoute in ${own}, to ${to}`;
  const said =
    declared === undefined ? message : `CycloudBackend ${namespace}/${declared} may not be used here`;
  return problem(placed, 'CALB0222', { reason: 'RefNotPermitted', message }, ['namespace'], { hint }, said);
}

function notFound(
  context: TranslateContext,
  placed: PlacedReference,
  namespace: string,
  word: 'service' | 'Backend',
): Judgement {
  const { kind, name } = placed.reference;
  const message = `${word} ${namespace}/${name} not found`;
  // The provider that wrote this name has said what is wrong with the declared one.
  if (declaredName(placed) !== undefined) {
    return { type: 'problem', problem: { reason: 'BackendNotFound', message }, diagnostics: [] };
  }
  return problem(placed, 'CALB0220', { reason: 'BackendNotFound', message }, ['name'], {
    hint: nearMatch(context, kind, namespace, name),
  });
}

/** The name that a person wrote where a provider wrote another one; `undefined` where nothing was rewritten. */
function declaredName({ route, reference, path }: PlacedReference): string | undefined {
  if (route.origin.type !== 'generated') return undefined;
  let place: unknown = route.origin.from.object;
  for (const step of [...path, 'name']) {
    if (typeof place !== 'object' || place === null) return undefined;
    place = (place as Readonly<Record<string | number, unknown>>)[step];
  }
  return typeof place === 'string' && place !== reference.name ? place : undefined;
}

/** What was probably meant: a name near it, the same name in another namespace, or of the other kind. */
function nearMatch(context: TranslateContext, kind: string, namespace: string, name: string): string {
  const objects = context.resources.list(kind);
  const siblings = objects.filter(({ object }) => object.metadata.namespace === namespace);
  const names = siblings.map(({ object }) => object.metadata.name);
  const near = didYouMean(name, [...names, ...cycloudBackends(context, kind, namespace)]);
  if (near !== undefined) return `did you mean "${near}"?`;
  const elsewhere = objects.find(({ object }) => object.metadata.name === name)?.object.metadata.namespace;
  if (elsewhere !== undefined) {
    return `there is ${kind} ${elsewhere}/${name}: add \`namespace: ${elsewhere}\` and a ReferenceGrant there`;
  }
  const other = kind === 'Service' ? 'Backend' : 'Service';
  if (context.resources.get(other, namespace, name) !== undefined) {
    const group = other === 'Backend' ? `\`group: ${backendGroup}\` and ` : '';
    return `there is a ${other} of this name: write ${group}\`kind: ${other}\``;
  }
  return `create the ${kind} ${namespace}/${name} or correct the name`;
}

/** CycloudBackends of a namespace, which a reference of kind Service may mean, by what was made from them. */
function cycloudBackends(context: TranslateContext, kind: string, namespace: string): readonly string[] {
  if (kind !== 'Service') return [];
  return context.resources.list('Backend').flatMap(({ object: { metadata } }) => {
    const origin = metadata.annotations?.[cycloudBackendAnnotation];
    return metadata.namespace === namespace && origin !== undefined ? [origin] : [];
  });
}

type Code = Parameters<typeof diagnostic>[0];

function problem(
  placed: PlacedReference,
  code: Code,
  found: RefProblem,
  at: Path = [],
  other: { readonly hint?: string } = {},
  said: string = found.message,
): Judgement {
  return { type: 'problem', problem: found, diagnostics: [report(placed, code, said, at, other)] };
}

function report(
  { route, path }: PlacedReference,
  code: Code,
  message: string,
  at: Path,
  other: { readonly hint?: string },
): Diagnostic {
  return diagnostic(code, {
    message,
    position: positionOf(route, [...path, ...at]),
    resource: resourceName(route),
    ...other,
  });
}
