import { diagnostic } from '../diagnostics/diagnostic.ts';
import type { Gateway } from '../gen/kinds/gateway.ts';
import type { TlsSecret } from '../model/secret.ts';
import { positionOf } from '../resources/position.ts';
import { type Resource, resourceName } from '../resources/resource.ts';
import type { Binding } from '../runtime/runtime.ts';
import type { Verdict } from './conditions.ts';
import type { TranslateContext } from './context.ts';
import {
  type JudgedListener,
  type ListenerFault,
  type ListenerPlace,
  listenerPath,
  type RouteKind,
} from './listener.ts';
import { listenerCertificates } from './listener-certificates.ts';
import { listenerConflicts } from './listener-conflicts.ts';
import { listenerKinds } from './listener-kinds.ts';

interface Draft {
  readonly place: ListenerPlace;
  readonly supportedKinds: readonly RouteKind[];
  readonly secrets: readonly TlsSecret[];
  readonly faults: readonly ListenerFault[];
}

/**
 * Judges the listeners of a Gateway: each by itself, then against each other, then by what became of its port.
 *
 * @param bindings by declared port
 * @param isGatewayUsable `false` when the Gateway itself is refused: nothing is programmed then
 */
export function judgeListeners(
  context: TranslateContext,
  gateway: Resource<Gateway>,
  bindings: ReadonlyMap<number, Binding>,
  isGatewayUsable: boolean,
): readonly JudgedListener[] {
  const drafts = gateway.object.spec.listeners.map((spec, index) =>
    draftOf(context, { gateway, index, spec }),
  );
  const sound = drafts.filter(({ faults }) => faults.every(({ isHarmless }) => isHarmless === true));
  const conflicts = listenerConflicts(sound.map(({ place }) => place));
  return drafts.map((draft) => {
    const conflict = conflicts.get(draft.place);
    const own = conflict === undefined ? draft.faults : [...draft.faults, conflict];
    const binding = bindings.get(draft.place.spec.port);
    const taken = portFault(draft.place, binding);
    const faults = taken === undefined ? own : [...own, taken];
    return finish({ ...draft, faults }, isGatewayUsable ? binding : undefined);
  });
}

function draftOf(context: TranslateContext, place: ListenerPlace): Draft {
  const kinds = listenerKinds(place);
  const certificates = listenerCertificates(context, place);
  return {
    place,
    supportedKinds: kinds.supported,
    secrets: certificates.secrets,
    faults: [...kinds.faults, ...certificates.faults, ...selectorFaults(place)],
  };
}

function selectorFaults({ gateway, index, spec }: ListenerPlace): readonly ListenerFault[] {
  const namespaces = spec.allowedRoutes?.namespaces;
  if (namespaces?.from !== 'Selector' || namespaces.selector !== undefined) return [];
  const message =
    'The allowedRoutes.namespaces.selector field must be specified when allowedRoutes.namespaces.from is set to "Selector".';
  const position = positionOf(gateway, listenerPath(index, 'allowedRoutes', 'namespaces', 'from'));
  const said = diagnostic('CALB0406', {
    message: `Listener "${spec.name}": ${message}`,
    position,
    resource: resourceName(gateway),
  });
  return [{ condition: 'Programmed', reason: 'Invalid', message, diagnostics: [said] }];
}

/** A port that somebody else holds on the Gateway's own address. Elsewhere the address itself is at fault. */
function portFault(
  { gateway, index, spec }: ListenerPlace,
  binding: Binding | undefined,
): ListenerFault | undefined {
  if (binding?.conflict === undefined || isAddressFault(gateway, binding)) return undefined;
  return {
    condition: 'Accepted',
    reason: 'PortUnavailable',
    message: `Port ${spec.port} is not available: ${binding.conflict}`,
    diagnostics: [
      diagnostic('CALB0601', {
        message: `Port ${spec.port} of listener "${spec.name}" is not available: ${binding.conflict}`,
        position: positionOf(gateway, listenerPath(index, 'port')),
        resource: resourceName(gateway),
      }),
    ],
  };
}

/** Whether a binding failed because the address that the Gateway asked for is none of this machine's own. */
export function isAddressFault(gateway: Resource<Gateway>, { conflict, reach }: Binding): boolean {
  if (conflict === undefined) return false;
  const requested = (gateway.object.spec.addresses ?? []).flatMap(({ value }) => value ?? []);
  return requested.length > 0 && !reach.address.startsWith('127.') && reach.address !== '::1';
}

function finish(
  { place, supportedKinds, secrets, faults }: Draft,
  binding: Binding | undefined,
): JudgedListener {
  const { gateway, index, spec } = place;
  const { namespace = 'default', name } = gateway.object.metadata;
  const isSound = faults.every(({ isHarmless }) => isHarmless === true);
  const isBound = binding !== undefined && binding.conflict === undefined && binding.bind.length > 0;
  const isAccepted = faults.every(({ condition }) => condition !== 'Accepted' && condition !== 'Conflicted');
  return {
    gateway,
    key: `${namespace}/${name}/${spec.name}`,
    index,
    name: spec.name,
    port: spec.port,
    protocol: spec.protocol,
    ...(spec.hostname !== undefined && spec.hostname !== '' && { hostname: spec.hostname }),
    isAccepted,
    isProgrammed: isSound && isBound,
    ...(binding !== undefined && { binding }),
    supportedKinds,
    secrets,
    verdicts: verdicts(faults, isSound, isBound),
    diagnostics: [...faults.flatMap(({ diagnostics }) => diagnostics), ...movedPort(place, binding)],
  };
}

function verdicts(faults: readonly ListenerFault[], isSound: boolean, isBound: boolean): readonly Verdict[] {
  const of = (condition: ListenerFault['condition']) => faults.find((fault) => fault.condition === condition);
  const conflict = of('Conflicted');
  const accepted = of('Accepted') ?? conflict;
  const references = of('ResolvedRefs');
  return [
    programmed(of('Programmed'), isSound, isBound),
    accepted === undefined
      ? ['Accepted', 'True', 'Accepted', 'Listener has been successfully translated']
      : ['Accepted', 'False', accepted.reason, accepted.message],
    references === undefined
      ? ['ResolvedRefs', 'True', 'ResolvedRefs', 'Listener references have been resolved']
      : ['ResolvedRefs', 'False', references.reason, references.message],
    conflict === undefined
      ? ['Conflicted', 'False', 'NoConflicts', 'No conflicts detected']
      : ['Conflicted', 'True', conflict.reason, conflict.message],
  ];
}

function programmed(fault: ListenerFault | undefined, isSound: boolean, isBound: boolean): Verdict {
  if (fault !== undefined) return ['Programmed', 'False', fault.reason, fault.message];
  if (!isSound) {
    return ['Programmed', 'False', 'Invalid', 'Listener is invalid, see other Conditions for details.'];
  }
  if (!isBound)
    return ['Programmed', 'False', 'Pending', 'Waiting for an address on which the port is served'];
  return ['Programmed', 'True', 'Programmed', 'Sending translated listener configuration to the data plane'];
}

function movedPort(
  { gateway, index, spec }: ListenerPlace,
  binding: Binding | undefined,
): JudgedListener['diagnostics'] {
  if (binding === undefined || binding.conflict !== undefined || binding.reach.port === spec.port) return [];
  return [
    diagnostic('CALB0621', {
      message: `Port ${spec.port} of listener "${spec.name}" is served on port ${binding.reach.port} here`,
      position: positionOf(gateway, listenerPath(index, 'port')),
      resource: resourceName(gateway),
    }),
  ];
}
