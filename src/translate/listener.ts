import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Gateway } from '../gen/kinds/gateway.ts';
import type { TlsSecret } from '../model/secret.ts';
import type { Resource } from '../resources/resource.ts';
import type { Binding } from '../runtime/runtime.ts';
import type { Verdict } from './conditions.ts';

/** A listener as it is declared. */
export type ListenerSpec = Gateway['spec']['listeners'][number];

/** A listener's place. */
export interface ListenerPlace {
  readonly gateway: Resource<Gateway>;
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
  /** `namespace/gateway/listener`. */
  readonly key: string;
  readonly index: number;
  readonly name: string;
  readonly port: number;
  /** `HTTP` or `HTTPS` where the listener is accepted. */
  readonly protocol: string;
  readonly hostname?: string;
  /** Accepted listeners divide the host names of their port between them. */
  readonly isAccepted: boolean;
  /** Whether Envoy serves it. Only with a binding. */
  readonly isProgrammed: boolean;
  readonly binding?: Binding;
  readonly supportedKinds: readonly RouteKind[];
  /** Server certificates, in the order of their references. */
  readonly secrets: readonly TlsSecret[];
  readonly verdicts: readonly Verdict[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Group of Gateway API's own kinds. */
export const gatewayGroup = 'gateway.networking.k8s.io';

/** Path of a listener in its Gateway. */
export function listenerPath(index: number, ...rest: (string | number)[]): readonly (string | number)[] {
  return ['spec', 'listeners', index, ...rest];
}
