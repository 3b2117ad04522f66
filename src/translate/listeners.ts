import { diagnostic } from '../diagnostics/diagnostic.ts';
import type { Gateway } from '../gen/kinds/gateway.ts';
import type { ListenerSet } from '../gen/kinds/listener-set.ts';
import type { ClientValidation } from '../model/listener.ts';
import type { TlsSecret } from '../model/secret.ts';
import { positionOf } from '../resources/position.ts';
import { type Resource, resourceName } from '../resources/resource.ts';
import type { Binding } from '../runtime/runtime.ts';
import { clientValidation } from './client-validation.ts';
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
import { laterConflicts, listenerConflicts } from './listener-conflicts.ts';
import { listenerKinds } from './listener-kinds.ts';

interface Draft {
  readonly place: ListenerPlace;
  readonly supportedKinds: readonly RouteKind[];
  readonly secrets: readonly TlsSecret[];
  readonly clients?: ClientValidation;
  readonly faults: readonly ListenerFault[];
}

/** What decides about a Gateway's listeners beside themselves. */
export interface ListenerSurroundings {
  /** By declared port. */
  readonly bindings: ReadonlyMap<number, Binding>;
  /** `false` when the Gateway itself is refused: nothing is programmed then. */
  readonly isGatewayUsable: boolean;
  /** ListenerSets that may add to them, in the order of precedence. */
  readonly sets: readonly Resource<ListenerSet>[];
}

/**
 * Judges the listeners of a Gateway and of its ListenerSets: each by itself, then against each other, then by what became
 * of its port. The Gateway's own come first, as they come before all others.
 */
export function judgeListeners(
  context: TranslateContext,
  gateway: Resource<Gateway>,
  { bindings, isGatewayUsable, sets }: ListenerSurroundings,
): readonly JudgedListener[] {
  const drafts = [gateway, ...sets].flatMap((owner) =>
    owner.object.spec.listeners.map((spec, index) => draftOf(context, { gateway, owner, index, spec })),
  );
  const isSound = ({ faults }: Draft) => faults.every(({ isHarmless }) => isHarmless === true);
  const own = drafts.filter((draft) => draft.place.owner === gateway && isSound(draft));
  const conflicts = listenerConflicts(own.map(({ place }) => place));
  const served = own.map(({ place }) => place).filter((place) => !conflicts.has(place));
  const others = drafts.filter(({ place }) => place.owner !== gateway);
  const late = laterConflicts(
    served,
    others.map((draft) => ({ place: draft.place, isSound: isSound(draft) })),
  );
  return drafts.map((draft) => {
    const conflict = conflicts.get(draft.place) ?? late.get(draft.place);
    const declared = conflict === undefined ? draft.faults : [...draft.faults, conflict];
    const binding = bindings.get(draft.place.spec.port);
    const taken = portFault(draft.place, binding);
    const faults = taken === undefined ? declared : [...declared, taken];
    return finish({ ...draft, faults }, isGatewayUsable ? binding : undefined);
  });
}

function draftOf(context: TranslateContext, place: ListenerPlace): Draft {
  const kinds = listenerKinds(place);
  const certificates = listenerCertificates(context, place);
  const { validation, faults } = clientValidation(context, place);
  return {
    place,
    supportedKinds: kinds.supported,
    secrets: certificates.secrets,
    ...(validation !== undefined && { clients: validation }),
    faults: [...kinds.faults, ...certificates.faults, ...faults, ...selectorFaults(place)],
  };
}

function selectorFaults({ owner, index, spec }: ListenerPlace): readonly ListenerFault[] {
  const namespaces = spec.allowedRoutes?.namespaces;
  if (namespaces?.from !== 'Selector' || namespaces.selector !== undefined) return [];
  const message =
    'The allowedRoutes.namespaces.selector field must be specified when allowedRoutes.namespaces.from is set to "Selector".';
  const position = positionOf(owner, listenerPath(index, 'allowedRoutes', 'namespaces', 'from'));
  const said = diagnostic('CALB0406', {
    message: `Listener "${spec.name}": ${message}`,
    position,
    resource: resourceName(owner),
  });
  return [{ condition: 'Programmed', reason: 'Invalid', message, diagnostics: [said] }];
}

/** A port that somebody else holds on the Gateway's own address. Elsewhere the address itself is at fault. */
function portFault(
  { gateway, owner, index, spec }: ListenerPlace,
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
        position: positionOf(owner, listenerPath(index, 'port')),
        resource: resourceName(owner),
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
  { place, supportedKinds, secrets, clients, faults }: Draft,
  binding: Binding | undefined,
): JudgedListener {
  const { gateway, owner, index, spec } = place;
  const { namespace = 'default', name } = gateway.object.metadata;
  const set = owner.object.metadata;
  const label = owner === gateway ? spec.name : `${set.namespace}/${set.name}/${spec.name}`;
  const isSound = faults.every(({ isHarmless }) => isHarmless === true);
  const isBound = binding !== undefined && binding.conflict === undefined && binding.bind.length > 0;
  const isAccepted = faults.every(({ condition }) => condition !== 'Accepted' && condition !== 'Conflicted');
  return {
    ...{ gateway, owner, label, isSound },
    allowedRoutes: spec.allowedRoutes,
    key: `${namespace}/${name}/${label}`,
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
    ...(clients !== undefined && { clients }),
    verdicts: verdicts(faults, { isSound, isBound, isOfSet: owner !== gateway }),
    diagnostics: [...faults.flatMap(({ diagnostics }) => diagnostics), ...movedPort(place, binding)],
  };
}

interface Outcome {
  readonly isSound: boolean;
  readonly isBound: boolean;
  readonly isOfSet: boolean;
}

function verdicts(
  faults: readonly ListenerFault[],
  { isSound, isBound, isOfSet }: Outcome,
): readonly Verdict[] {
  const of = (condition: ListenerFault['condition']) => faults.find((fault) => fault.condition === condition);
  const conflict = of('Conflicted');
  const accepted = isOfSet ? (conflict ?? of('Accepted')) : (of('Accepted') ?? conflict);
  const references = of('ResolvedRefs');
  return [
    // In a ListenerSet a conflict is the reason of all three conditions.
    programmed(of('Programmed') ?? (isOfSet ? conflict : undefined), isSound, isBound),
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
  { owner, index, spec }: ListenerPlace,
  binding: Binding | undefined,
): JudgedListener['diagnostics'] {
  if (binding === undefined || binding.conflict !== undefined || binding.reach.port === spec.port) return [];
  return [
    diagnostic('CALB0621', {
      message: `Port ${spec.port} of listener "${spec.name}" is served on port ${binding.reach.port} here`,
      position: positionOf(owner, listenerPath(index, 'port')),
      resource: resourceName(owner),
    }),
  ];
}
