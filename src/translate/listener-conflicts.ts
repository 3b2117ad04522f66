import { diagnostic } from '../diagnostics/diagnostic.ts';
import { positionOf } from '../resources/position.ts';
import { resourceName } from '../resources/resource.ts';
import { type ListenerFault, type ListenerPlace, listenerPath } from './listener.ts';

/**
 * Conflicts between a Gateway's listeners (Gateway API v1.6.1, "Handling indistinct Listeners"): those of one port that
 * differ in protocol, then those of one port that share a host name. There is no winner: all of them are conflicted.
 *
 * Takes the listeners that are valid by themselves, so that a broken one never stops a sound one.
 */
export function listenerConflicts(
  places: readonly ListenerPlace[],
): ReadonlyMap<ListenerPlace, ListenerFault> {
  const faults = new Map<ListenerPlace, ListenerFault>();
  for (const ofPort of groups(places, ({ spec }) => String(spec.port))) {
    if (new Set(ofPort.map(({ spec }) => spec.protocol)).size > 1) {
      const say = 'All listeners for a given port must use a compatible protocol';
      for (const place of ofPort) faults.set(place, fault(place, ofPort, 'ProtocolConflict', say));
      continue;
    }
    for (const ofHost of groups(ofPort, ({ spec }) => spec.hostname ?? '')) {
      if (ofHost.length < 2) continue;
      const say = 'All listeners for a given port must use a unique hostname';
      for (const place of ofHost) faults.set(place, fault(place, ofHost, 'HostnameConflict', say));
    }
  }
  return faults;
}

/** A listener of a ListenerSet, and whether anything else is wrong with it. */
export interface LaterPlace {
  readonly place: ListenerPlace;
  readonly isSound: boolean;
}

/**
 * Conflicts of listeners that ListenerSets add (Gateway API v1.6.1, ListenerSet): whoever comes first in the order of
 * precedence keeps the port and the host name, the later one is conflicted.
 *
 * @param served the Gateway's own listeners that are in order
 * @param later those of its ListenerSets, in the order of precedence
 */
export function laterConflicts(
  served: readonly ListenerPlace[],
  later: readonly LaterPlace[],
): ReadonlyMap<ListenerPlace, ListenerFault> {
  const taken = [...served];
  const faults = new Map<ListenerPlace, ListenerFault>();
  for (const { place, isSound } of later) {
    const { port, protocol, hostname = '' } = place.spec;
    const ofPort = taken.filter(
      ({ spec }) => spec.port === port && (spec.protocol === 'UDP') === (protocol === 'UDP'),
    );
    const otherProtocol = ofPort.find(({ spec }) => spec.protocol !== protocol);
    const sameHost = ofPort.find(
      ({ spec }) => spec.protocol === protocol && (spec.hostname ?? '') === hostname,
    );
    if (otherProtocol !== undefined) {
      const say = 'All listeners for a given port must use a compatible protocol';
      faults.set(place, fault(place, [otherProtocol, place], 'ProtocolConflict', say));
    } else if (sameHost !== undefined) {
      const say = 'All listeners for a given port must use a unique hostname';
      faults.set(place, fault(place, [sameHost, place], 'HostnameConflict', say));
    } else if (isSound) taken.push(place);
  }
  return faults;
}

function placeName({ owner, spec }: ListenerPlace): string {
  const { namespace = 'default', name } = owner.object.metadata;
  return `${namespace}/${name}/${spec.name}`;
}

function fault(
  place: ListenerPlace,
  group: readonly ListenerPlace[],
  reason: 'ProtocolConflict' | 'HostnameConflict',
  rule: string,
): ListenerFault {
  const { owner, index, spec } = place;
  const names = group.map(placeName).sort();
  const field = reason === 'ProtocolConflict' ? 'protocol' : 'hostname';
  const others = group
    .filter((other) => other !== place)
    .map((other) => {
      const at = positionOf(other.owner, listenerPath(other.index, field));
      return `"${other.spec.name}" (${at.file}:${at.line}:${at.column})`;
    });
  const what =
    reason === 'ProtocolConflict'
      ? `protocol ${spec.protocol} on port ${spec.port}`
      : `port ${spec.port} and ${spec.hostname === undefined ? 'no hostname' : `hostname ${spec.hostname}`}`;
  return {
    condition: 'Conflicted',
    reason,
    message: `${rule}, conflicting listeners: ${names.join(', ')}`,
    diagnostics: [
      diagnostic('CALB0301', {
        message: `Listener "${spec.name}" with ${what} conflicts with ${others.join(', ')}`,
        position: positionOf(owner, listenerPath(index, field)),
        resource: resourceName(owner),
      }),
    ],
  };
}

function groups<T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly T[])[] {
  const byKey = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = byKey.get(key);
    if (group === undefined) byKey.set(key, [item]);
    else group.push(item);
  }
  return [...byKey.values()];
}
