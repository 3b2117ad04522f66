import type { Kind } from '../resources/kinds.ts';
import type { JsonReply, Reply } from './route.ts';

/** Reasons of `meta/v1 Status` that this API gives, with their HTTP codes. */
const codes = {
  BadRequest: 400,
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  AlreadyExists: 409,
  Conflict: 409,
  Expired: 410,
  RequestEntityTooLarge: 413,
  UnsupportedMediaType: 415,
  Invalid: 422,
  InternalError: 500,
  Timeout: 504,
} as const;

export type FailureReason = keyof typeof codes;

/** What a failure concerns. */
export interface FailureDetails {
  readonly name?: string;
  readonly group?: string;
  /** The resource's plural name, as Kubernetes has it here. */
  readonly kind?: string;
  readonly uid?: string;
  /** One by one what is wrong. */
  readonly causes?: readonly FailureCause[];
}

/** One of several reasons of a failure. */
export interface FailureCause {
  readonly reason: string;
  readonly message: string;
  readonly field: string;
}

/** A failure as Kubernetes reports it: an object of kind `Status` (meta/v1). */
export function failure(reason: FailureReason, message: string, details?: FailureDetails): JsonReply {
  const code = codes[reason];
  return {
    status: code,
    body: {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message,
      reason,
      ...(details === undefined ? {} : { details }),
      code,
    },
  };
}

/** `gateways.gateway.networking.k8s.io "web" not found`. */
export function notFound(kind: Kind, name: string): Reply {
  return failure('NotFound', `${resourceTitle(kind)} "${name}" not found`, detailsOf(kind, name));
}

/** `gateways.gateway.networking.k8s.io`, `services`. */
export function resourceTitle({ plural, group }: Kind): string {
  return group === '' ? plural : `${plural}.${group}`;
}

/** What a failure concerns: an object of a kind. */
export function detailsOf({ plural, group }: Kind, name: string): FailureDetails {
  return { name, ...(group === '' ? {} : { group }), kind: plural };
}

/** What Kubernetes answers where no resource is served. */
export function noSuchResource(): Reply {
  return failure('NotFound', 'the server could not find the requested resource', {});
}
