import { type Diagnostic, diagnostic } from '../diagnostics/diagnostic.ts';
import type { Gateway } from '../gen/kinds/gateway.ts';
import { positionOf } from '../resources/position.ts';
import { type Path, type Resource, resourceName } from '../resources/resource.ts';
import type { Binding } from '../runtime/runtime.ts';
import { clientCertificate } from './client-certificate.ts';
import { insecureModeVerdicts } from './client-validation.ts';
import { conditions, type Verdict } from './conditions.ts';
import type { TranslateContext } from './context.ts';
import { classProblem, parametersProblem } from './gateway-class.ts';
import { type JudgedListener, listenerStatus } from './listener.ts';
import { type JudgedSet, judgeSet, listenerSetsOf } from './listener-sets.ts';
import { isAddressFault, judgeListeners } from './listeners.ts';

/** A data-plane Gateway after all judgements that need no routes. */
export interface JudgedGateway {
  readonly resource: Resource<Gateway>;
  /** `namespace/name`. */
  readonly key: string;
  readonly tenant: string;
  /** Its own listeners, then those of its ListenerSets. */
  readonly listeners: readonly JudgedListener[];
  /** All ListenerSets that name it, in the order of precedence. */
  readonly sets: readonly JudgedSet[];
  readonly verdicts: readonly Verdict[];
  readonly addresses: readonly { readonly type: string; readonly value: string }[];
  readonly diagnostics: readonly Diagnostic[];
}

interface Refusal {
  readonly reason: 'InvalidParameters' | 'UnsupportedAddress';
  readonly message: string;
  readonly diagnostics: readonly Diagnostic[];
}

/** Judges a Gateway and its listeners. */
export function judgeGateway(context: TranslateContext, resource: Resource<Gateway>): JudgedGateway {
  const { namespace = 'default', name } = resource.object.metadata;
  const key = `${namespace}/${name}`;
  const bindings = context.bindings.filter(({ gateway }) => gateway === key);
  const refusal = refusalOf(context, resource);
  const byPort = new Map(bindings.map((binding) => [binding.port, binding]));
  const sets = listenerSetsOf(context.resources, resource);
  const allowed = sets.filter(({ isAllowed }) => isAllowed).map((set) => set.resource);
  const listeners = judgeListeners(context, resource, {
    bindings: byPort,
    isGatewayUsable: refusal === undefined,
    sets: allowed,
  });
  const own = listeners.filter(({ owner }) => owner === resource);
  const certificate = clientCertificate(context, resource);
  const accepted = acceptedVerdict(refusal, own);
  const bound = accepted[1] === 'True' ? boundAddresses(bindings) : [];
  const unusable = refusal === undefined ? unusableAddresses(resource, bindings) : [];
  return {
    resource,
    key,
    tenant: namespace,
    listeners,
    sets: sets.map((set) =>
      judgeSet(
        set,
        listeners.filter(({ owner }) => owner === set.resource),
        accepted[1] === 'True',
      ),
    ),
    verdicts: [
      accepted,
      programmedVerdict(accepted, bound, unusable),
      ...certificate.verdicts,
      ...insecureModeVerdicts(resource),
    ],
    addresses: bound.map((value) => ({ type: 'IPAddress', value })),
    diagnostics: [
      ...(refusal?.diagnostics ?? []),
      ...unusable.map((index) => unusableAddress(resource, index)),
      ...certificate.diagnostics,
      ...unsimulated(resource),
      ...listeners.flatMap((listener) => listener.diagnostics),
    ],
  };
}

/** `status` of a Gateway, with the number of routes on each of its listeners. */
export function gatewayStatus(
  gateway: JudgedGateway,
  attached: ReadonlyMap<JudgedListener, number>,
): unknown {
  const { generation } = gateway.resource.object.metadata;
  return {
    ...(gateway.addresses.length > 0 && { addresses: gateway.addresses }),
    conditions: conditions(generation, gateway.verdicts),
    ...(gateway.sets.length > 0 && {
      attachedListenerSets: gateway.sets.filter(({ isAccepted }) => isAccepted).length,
    }),
    listeners: gateway.listeners
      .filter(({ owner }) => owner === gateway.resource)
      .map((listener) => listenerStatus(listener, generation, attached)),
  };
}

function refusalOf(context: TranslateContext, resource: Resource<Gateway>): Refusal | undefined {
  const { spec, metadata } = resource.object;
  const ofClass = classProblem(context.resources, spec.gatewayClassName);
  if (ofClass !== undefined) {
    const message = `GatewayClass ${spec.gatewayClassName} is not accepted: ${ofClass.message}`;
    return { reason: 'InvalidParameters', message, diagnostics: [] };
  }
  const own = spec.infrastructure?.parametersRef;
  const problem =
    own && parametersProblem(context.resources, { ...own, namespace: metadata.namespace ?? 'default' });
  if (problem !== undefined) {
    const path = ['spec', 'infrastructure', 'parametersRef', problem.field];
    const diagnostics = problem.isReported ? [] : [say(resource, 'CALB0209', path, problem.message)];
    return { reason: 'InvalidParameters', message: problem.message, diagnostics };
  }
  const index = (spec.addresses ?? []).findIndex(({ type }) => type !== 'IPAddress' && type !== 'Hostname');
  if (index < 0) return undefined;
  const message = `Address type ${spec.addresses?.[index]?.type} is not supported, must be IPAddress`;
  const diagnostics = [say(resource, 'CALB0620', ['spec', 'addresses', index, 'type'], message)];
  return { reason: 'UnsupportedAddress', message, diagnostics };
}

function acceptedVerdict(refusal: Refusal | undefined, listeners: readonly JudgedListener[]): Verdict {
  if (refusal !== undefined) return ['Accepted', 'False', refusal.reason, refusal.message];
  const refused = listeners.filter(({ isAccepted }) => !isAccepted).map(({ name }) => name);
  if (refused.length === 0) {
    return ['Accepted', 'True', 'Accepted', 'The Gateway has been scheduled by Envoy Gateway'];
  }
  const names = refused.sort().join(', ');
  return refused.length < listeners.length
    ? ['Accepted', 'True', 'ListenersNotValid', `Listeners not valid: ${names}`]
    : ['Accepted', 'False', 'ListenersNotValid', `No listeners are valid: ${names}`];
}

function programmedVerdict(
  accepted: Verdict,
  addresses: readonly string[],
  unusable: readonly number[],
): Verdict {
  const no = (reason: string, message: string): Verdict => ['Programmed', 'False', reason, message];
  if (accepted[1] === 'False')
    return no('Invalid', 'The Gateway is not accepted, see other Conditions for details.');
  if (unusable.length > 0) return no('AddressNotUsable', 'One or more Gateway addresses cannot be used');
  if (addresses.length === 0)
    return no('AddressNotAssigned', 'No addresses have been assigned to the Gateway');
  return [
    'Programmed',
    'True',
    'Programmed',
    'Address assigned to the Gateway, 1/1 envoy replicas available',
  ];
}

function boundAddresses(bindings: readonly Binding[]): readonly string[] {
  const bound = bindings.filter(({ conflict, bind }) => conflict === undefined && bind.length > 0);
  return [...new Set(bound.map(({ reach }) => reach.address))];
}

/** Indexes of `spec.addresses` that were asked for and are not to be had. */
function unusableAddresses(resource: Resource<Gateway>, bindings: readonly Binding[]): readonly number[] {
  const bound = new Set(
    bindings
      .filter((binding) => binding.conflict === undefined || !isAddressFault(resource, binding))
      .flatMap(({ bind, published = bind, reach }) => [reach, ...published])
      .map(({ address }) => address),
  );
  // Before ports are reserved nothing is known.
  if (bindings.length === 0) return [];
  return (resource.object.spec.addresses ?? []).flatMap(({ type, value }, index) =>
    value === undefined || value === '' || (type === 'IPAddress' && bound.has(value)) ? [] : [index],
  );
}

function unusableAddress(resource: Resource<Gateway>, index: number): Diagnostic {
  const { type, value } = resource.object.spec.addresses?.[index] ?? {};
  return say(resource, 'CALB0620', ['spec', 'addresses', index, 'value'], `${type} ${value} cannot be used`);
}

function unsimulated(resource: Resource<Gateway>): readonly Diagnostic[] {
  const { defaultScope } = resource.object.spec;
  const fields = { ...(defaultScope !== 'None' && { defaultScope }) };
  return Object.entries(fields).flatMap(([field, value]) =>
    value === undefined
      ? []
      : [say(resource, 'CALB0424', ['spec', field], `${field} of a Gateway is not simulated yet`)],
  );
}

function say(
  resource: Resource<Gateway>,
  code: 'CALB0209' | 'CALB0424' | 'CALB0620',
  path: Path,
  message: string,
): Diagnostic {
  return diagnostic(code, {
    message,
    position: positionOf(resource, path),
    resource: resourceName(resource),
  });
}
