import { diagnostic } from '../diagnostics/diagnostic.ts';
import { positionOf } from '../resources/position.ts';
import { resourceName } from '../resources/resource.ts';
import { routeKinds } from './grpc-route.ts';
import {
  gatewayGroup,
  type ListenerFault,
  type ListenerPlace,
  listenerPath,
  type RouteKind,
} from './listener.ts';

/** Which kinds of routes a listener takes, and which of those it names it cannot. */
export interface ListenerKinds {
  readonly supported: readonly RouteKind[];
  readonly faults: readonly ListenerFault[];
}

const supportedProtocols = new Set(['HTTP', 'HTTPS']);
const httpKinds: readonly RouteKind[] = routeKinds.map((kind) => ({ group: gatewayGroup, kind }));

/**
 * `supportedKinds` of a listener: what its protocol can have, or those of `allowedRoutes.kinds` that it can. Others are
 * `InvalidRouteKinds`; a listener that has a valid one beside them goes on serving.
 */
export function listenerKinds(place: ListenerPlace): ListenerKinds {
  const { owner, index, spec } = place;
  if (!supportedProtocols.has(spec.protocol)) return { supported: [], faults: [unsupported(place)] };
  const declared = spec.allowedRoutes?.kinds ?? [];
  if (declared.length === 0) return { supported: httpKinds, faults: [] };
  const isSupported = ({ group, kind }: RouteKind) =>
    group === gatewayGroup && httpKinds.some((known) => known.kind === kind);
  const supported = httpKinds.filter(({ kind }) =>
    declared.some((one) => isSupported(one) && one.kind === kind),
  );
  const wrong = declared.flatMap((kind, at) => (isSupported(kind) ? [] : [{ kind, at }]));
  if (wrong.length === 0) return { supported, faults: [] };
  const message = `${wrong.map(({ kind }) => kind.kind).join(', ')} is not supported, kind must be one of [${routeKinds.join(' ')}]`;
  const diagnostics = wrong.map(({ kind, at }) =>
    diagnostic('CALB0407', {
      message: `Listener "${spec.name}" allows routes of kind ${kind.kind}, which is not simulated`,
      position: positionOf(owner, listenerPath(index, 'allowedRoutes', 'kinds', at, 'kind')),
      resource: resourceName(owner),
    }),
  );
  const reason = 'InvalidRouteKinds';
  const isHarmless = supported.length > 0;
  return { supported, faults: [{ condition: 'ResolvedRefs', reason, message, isHarmless, diagnostics }] };
}

function unsupported({ owner, index, spec }: ListenerPlace): ListenerFault {
  const message = `Protocol ${spec.protocol} is unsupported, must be HTTP or HTTPS.`;
  return {
    condition: 'Accepted',
    reason: 'UnsupportedProtocol',
    message,
    diagnostics: [
      diagnostic('CALB0403', {
        message: `Listener "${spec.name}": protocol ${spec.protocol} is not simulated`,
        position: positionOf(owner, listenerPath(index, 'protocol')),
        resource: resourceName(owner),
      }),
    ],
  };
}
