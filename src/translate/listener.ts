import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Gateway } from '../gen/kinds/gateway.ts';
import type { ListenerSet } from '../gen/kinds/listener-set.ts';
import type { ClientValidation } from '../model/listener.ts';
import type { TlsSecret } from '../model/secret.ts';
import type { Resource } from '../resources/resource.ts';
import type { Binding } from '../runtime/runtime.ts';
import { conditions, type Verdict } from './conditions.ts';

/** A listener as it is declared. */
export type ListenerSpec = Gateway['spec']['listeners'][number];

/** A listener's place. */
export interface ListenerPlace {
  readonly gateway: Resource<Gateway>;
  /** Where it is declared: the Gateway itself, or a ListenerSet of it. */
  readonly owner: Resource<Gateway | ListenerSet>;
  readonly index: number;
  readonly spec: ListenerSpec;
}

/** Why a listener does not (wholly) work: it decides one of the listener's conditions. */
export interface ListenerFault {
  readonly condition: 'Accepted' | 'ResolvedRefs' | 'Programmed' | 'Conflicted';
  readonly reason: string;
  readonly message: string;
  /** Whether the listener can serve all the same, with what is right. */
  readonly isHarmless?: boolean;
  readonly diagnostics: readonly Diagnostic[];
}

/** A kind of route that may attach. */
export interface RouteKind {
  readonly group: string;
  readonly kind: string;
}

/** A Gateway's listener after all judgements. */
export interface JudgedListener {
  readonly gateway: Resource<Gateway>;
  /** Where it is declared: the Gateway itself, or a ListenerSet of it. */
  readonly owner: Resource<Gateway | ListenerSet>;
  /** Unique in its Gateway: its name, with that of its ListenerSet before it (`namespace/set/name`). */
  readonly label: string;
  /** `namespace/gateway/label`. */
  readonly key: string;
  readonly index: number;
  readonly name: string;
  readonly port: number;
  /** `HTTP` or `HTTPS` where the listener is accepted. */
  readonly protocol: string;
  readonly hostname?: string;
  /** Accepted listeners divide the host names of their port between them. */
  readonly isAccepted: boolean;
  /** Nothing keeps it from serving but, maybe, its port. */
  readonly isSound: boolean;
  readonly allowedRoutes: ListenerSpec['allowedRoutes'];
  /** Whether Envoy serves it. Only with a binding. */
  readonly isProgrammed: boolean;
  readonly binding?: Binding;
  readonly supportedKinds: readonly RouteKind[];
  /** Server certificates, in the order of their references. */
  readonly secrets: readonly TlsSecret[];
  /** Absent: clients are not asked for a certificate. */
  readonly clients?: ClientValidation;
  readonly verdicts: readonly Verdict[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Group of Gateway API's own kinds. */
export const gatewayGroup = 'gateway.networking.k8s.io';

/** `status.listeners[]` of a Gateway or ListenerSet. */
export function listenerStatus(
  listener: JudgedListener,
  generation: number,
  attached: ReadonlyMap<JudgedListener, number>,
): object {
  return {
    name: listener.name,
    supportedKinds: listener.supportedKinds,
    attachedRoutes: attached.get(listener) ?? 0,
    conditions: conditions(generation, listener.verdicts),
  };
}

/** Path of a listener where it is declared. */
export function listenerPath(index: number, ...rest: (string | number)[]): readonly (string | number)[] {
  return ['spec', 'listeners', index, ...rest];
}
